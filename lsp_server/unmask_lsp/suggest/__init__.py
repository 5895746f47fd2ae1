"""From a block to a suggestion, or to the reason for silence.

Knows neither LSP nor how an engine is reached.
"""

__all__ = [
    "completion",
    "filler",
    "infill",
    "postprocess",
    "prefetch",
    "repair",
    "request_trace",
    "show_policy",
    "suggestion",
    "typing_through",
]
