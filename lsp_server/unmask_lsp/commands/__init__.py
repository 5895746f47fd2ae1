"""The commands of `unmask`, one module each; cli.py registers them."""
