"""From a file and the environment to settings and secrets."""
