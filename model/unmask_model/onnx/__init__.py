"""Rows in, rows out on a CPU: one graph. Knows no text and no request."""

__all__ = ["convert", "converted_names", "decoder", "kv_cache"]
