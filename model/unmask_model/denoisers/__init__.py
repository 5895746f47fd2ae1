"""Model families by name; a family's module is imported when a model of it is opened."""

DENOISERS = {
    "causal_block": "unmask_model.denoisers.causal_block:CausalBlock",
    "scripted": "unmask_model.denoisers.scripted:Scripted",
}
"""Families with a class of their own."""

FAMILIES = {
    "coda": "unmask_model.denoisers.coda",
    "dream": "unmask_model.denoisers.dream",
    "fast_dllm": "unmask_model.denoisers.fast_dllm",
    "llada": "unmask_model.denoisers.llada",
    "llada2": "unmask_model.denoisers.llada2",
    "llada_moe": "unmask_model.denoisers.llada_moe",
    "open_dcoder": "unmask_model.denoisers.open_dcoder",
    "sdar": "unmask_model.denoisers.sdar",
    "stable_diffcoder": "unmask_model.denoisers.stable_diffcoder",
}
"""Open diffusion models: modules that state what is different, as `FAMILY`."""
