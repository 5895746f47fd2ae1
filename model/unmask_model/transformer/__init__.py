"""Rows in, rows out: decoders, caches and number formats. Knows no text and no request."""
