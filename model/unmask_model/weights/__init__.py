"""Weights as files: which bases exist, where their bytes come from, how they become tensors.

Knows names, sources, hashes and file formats. Knows no torch, no model code and no terminal:
what a person should see goes out through a `Progress` callback. Nothing here runs code that came
with weights, and nothing here reads a pickle.
"""
