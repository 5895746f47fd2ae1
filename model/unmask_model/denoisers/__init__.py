"""Model families by name; a family's module is imported when a model of it is opened."""

DENOISERS = {
    "causal_block": "unmask_model.denoisers.causal_block:CausalBlock",
    "scripted": "unmask_model.denoisers.scripted:Scripted",
}
