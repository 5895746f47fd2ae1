"""LSP's methods, the session and the wiring. Knows every room above; nothing but `cli` knows it."""

__all__ = ["server"]
