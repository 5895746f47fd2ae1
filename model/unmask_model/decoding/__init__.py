"""Which place is decided next, and with what. Knows no model and no clock."""

__all__ = [
    "canvas",
    "constraints",
    "length",
    "outlook",
    "proposal",
    "retrieval",
    "rewrite_ids",
    "sampler",
    "samplers",
]
