"""Many requests, one model, one thread. Knows no HTTP."""

__all__ = ["answer_stream", "engine", "expectation", "memories", "metrics", "worker"]
