"""Our own family: a causal base with an adapter that makes it a block-diffusion infiller."""
