"""LSP's types and the person's windows: only this room and `server` know the protocol's types."""
