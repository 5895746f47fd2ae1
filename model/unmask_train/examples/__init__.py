"""From files to rows that a model is trained on: holes, canvases, copies. Knows no optimiser."""

__all__ = ["batch", "examples", "masked_copies"]
