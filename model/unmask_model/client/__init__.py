"""Finds, starts and asks an engine. Never imports `engine` or `server`."""
