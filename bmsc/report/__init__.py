"""How a run's report is shown: plain text, a table on a terminal, or one JSON object."""
