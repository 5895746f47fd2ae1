"""The connection to the engine process: finds or starts it, reconnects after it dies.

Reports to a listener; knows no LSP.
"""

__all__ = ["download", "engine_link", "listener", "memory_feed", "status"]
