"""The editor as LSP shows it: its types, its windows, its status item.

Knows no method of LSP and no session.
"""

__all__ = ["client_ui", "convert", "items", "status_message", "workspace_edit"]
