"""Turns a block into a suggestion, or says why nothing is shown.

Knows neither LSP nor how an engine is reached.
"""

__all__ = [
    "completion",
    "engine_request",
    "filler",
    "postprocess",
    "prefetch",
    "repair",
    "request_trace",
    "show_policy",
    "suggestion",
    "typing_through",
]
