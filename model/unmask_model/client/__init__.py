"""Finds, starts and asks an engine. Never imports `engine` or `server`."""

__all__ = ["connect", "engine_client", "engine_process", "remote"]
