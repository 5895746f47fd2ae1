"""The commands of `unmask`, one module each; `main` registers them.

Knows every part, and nothing knows it.
"""

__all__ = ["main"]
