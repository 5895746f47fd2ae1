"""The commands of `unmask`, one module each; `main` registers them."""
