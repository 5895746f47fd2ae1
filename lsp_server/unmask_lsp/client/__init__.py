"""What a person sees through LSP (messages, progress, status item), and conversion to LSP types.

Handles no request; knows no session.
"""

__all__ = ["client_ui", "convert", "items", "status_message", "workspace_edit"]
