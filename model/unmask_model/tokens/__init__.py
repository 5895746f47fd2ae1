"""Text to ids and back. Knows no tensor and no model."""
