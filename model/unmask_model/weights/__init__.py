"""Weights as files: which bases exist, where their bytes come from, how they become tensors.

Runs nothing that came with weights, reads no pickle; knows no model code.
"""

__all__ = [
    "adapter_file",
    "base_files",
    "bases",
    "blocks",
    "catalogue",
    "decoder_shape",
    "free_memory",
    "gguf",
    "hub_models",
    "layout",
    "model_config",
    "pull_command",
    "safetensors",
    "sources",
    "tokenizer_files",
    "whole_folder",
]
