"""What crosses the process boundary: requests, events, errors. Knows neither tensors nor tokens."""

__all__ = ["deadline", "errors", "event", "health", "limits", "memory", "request", "stages", "wire"]
