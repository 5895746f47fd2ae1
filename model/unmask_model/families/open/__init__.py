"""One page of data for each open diffusion model. Knows no cache and no sampler."""
