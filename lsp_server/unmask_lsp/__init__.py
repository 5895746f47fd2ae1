"""The text half of Unmask: text in, suggestions out. It knows LSP, syntax and files; no tensor."""
