"""What has happened in the shop: the journal read as figures, and the figures shown."""
