"""The Back Market half of the sandbox: one seller account in memory behind the real one's `/ws` paths."""
