"""What crosses the process boundary: requests, events, errors. Knows neither tensors nor tokens."""
