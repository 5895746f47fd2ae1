"""What the model is shown: the window around the cursor and snippets from elsewhere.

Knows no engine.
"""

__all__ = ["context_budget", "context_picker", "window"]
