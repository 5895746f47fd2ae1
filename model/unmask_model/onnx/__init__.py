"""Rows in, rows out on a CPU: one graph. Knows no text and no request."""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else ONNX Runtime tells Microsoft of each session

__all__ = ["converted_names", "decoder", "export", "kv_cache"]
