"""Text to ids and back. Knows no tensor and no model."""

__all__ = ["block_text", "fim_marks", "healing", "special_tokens", "vocabulary"]
