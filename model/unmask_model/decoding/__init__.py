"""Which place is decided next, and with what. Knows no model and no clock."""
