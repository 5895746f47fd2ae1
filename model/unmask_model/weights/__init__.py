"""Weights as files: which bases exist, where their bytes come from, how they become tensors.

Runs nothing that came with weights, reads no pickle; knows no model code.
"""

__all__ = [
    "base_files",
    "bases",
    "catalogue",
    "free_memory",
    "hub_models",
    "pull_command",
    "sources",
    "tensor_files",
    "tokenizer_files",
]
