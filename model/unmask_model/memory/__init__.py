"""What ids followed what ids in a workspace. Knows no text and no model."""

__all__ = ["chances", "draft", "matches", "segment", "workspace_memory"]
