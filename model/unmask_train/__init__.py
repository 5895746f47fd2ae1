"""Turns a causal code model into a block-diffusion infiller: corpus, holes, objective, run."""
