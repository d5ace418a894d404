"""Who else hears of a run: a heartbeat, a command of the owner's, a metrics file. None of them can fail a run."""
