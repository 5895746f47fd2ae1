"""What ids followed what ids in a workspace. Knows no text and no model."""
