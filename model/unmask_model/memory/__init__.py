"""An index over the workspace's token ids: for a sequence of ids, which ids followed it.

Knows no text and no model.
"""

__all__ = ["chances", "draft", "matches", "segment", "workspace_memory"]
