"""How the two platforms are spoken to: calls by intent, HTTP and its faults, wire shapes to domain values."""
