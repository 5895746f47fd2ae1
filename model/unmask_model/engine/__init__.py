"""Many requests, one model, one thread. Knows no HTTP."""

__all__ = ["engine", "listening", "memories", "metrics", "worker"]
