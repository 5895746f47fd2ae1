"""Stable-DiffCoder: Seed-Coder, a Llama, that writes block after block.

A place is predicted by its own row. Its config.json is that of a plain Llama; the architecture it
names tells the two apart. The length of a block, 4, is a convention of the publisher's `generate`;
a config.json that names one is believed. Read: the publisher's modelling code and README
(docs/models.md).
"""

from functools import partial

from unmask_model.families.family import Family, closed_by_end
from unmask_model.transformer.checkpoint import as_kind

FAMILY = Family(config=partial(as_kind, "llama"), length_of=closed_by_end, default_block=4)
