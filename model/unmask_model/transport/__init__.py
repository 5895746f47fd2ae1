"""Addresses, listeners and keys. Knows no request."""
