"""GGUF files: their tensors, configuration and tokenizer. Knows no model."""
