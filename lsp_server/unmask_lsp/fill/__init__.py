"""Edits that are asked for by name: which holes there are, and what may go into them.

Knows no LSP.
"""

__all__ = ["edits", "holes"]
