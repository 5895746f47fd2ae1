"""HTTP over an engine: the native protocol and the dialects of other clients. Knows no tensor."""

__all__ = ["json_log", "rate_limit", "serve"]
