"""The model half of Unmask: left and right in, block out. It knows no URI, no line and no LSP."""
