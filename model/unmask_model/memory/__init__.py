"""An index of the token ids of a workspace: what followed what. Knows no text and no model."""

__all__ = ["chances", "draft", "matches", "segment", "workspace_memory"]
