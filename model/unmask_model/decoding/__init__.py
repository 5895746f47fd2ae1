"""Which place is decided next, and with what. Knows no model and no clock."""

__all__ = ["canvas", "length", "proposal", "rewrite_ids", "sampler", "samplers"]
