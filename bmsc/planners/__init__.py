"""The decisions: pure functions from facts to a plan. No clock, disk or network."""
