"""The way to the engine process: finds or starts it, and survives its death.

Reports to a listener; knows no LSP.
"""

__all__ = ["download", "engine_link", "listener", "memory_feed", "status"]
