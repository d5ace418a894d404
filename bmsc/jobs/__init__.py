"""The road every command takes; it knows ports, not clients."""
