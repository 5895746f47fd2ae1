"""Rows in, rows out: decoders, caches and number formats. Knows no text and no request."""

__all__ = [
    "adapter",
    "checkpoint",
    "decoder",
    "execution",
    "fit",
    "kv_cache",
    "linear",
    "mlp",
    "precision",
    "tensor_files",
]
