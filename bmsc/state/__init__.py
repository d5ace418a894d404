"""What bmsc keeps on disk between runs: its memory, its intents, its audit and its locks."""
