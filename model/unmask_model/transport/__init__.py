"""Addresses, listeners and keys. Knows no request."""

__all__ = ["address", "keys", "listener", "loopback_listener"]
