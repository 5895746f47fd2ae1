"""SDAR: Qwen3 that writes block after block; a place is predicted by its own row.

The length of a block is a convention of the publisher's sampler (4 unless the name of a model says
another number); a config.json that names one is believed. Read: the modelling code and
`generate.py` of the publisher's repository (docs/models.md).
"""

from functools import partial

from unmask_model.families.family import Family, closed_by_end
from unmask_model.transformer.checkpoint import as_kind
from unmask_model.weights.layout import QWEN3

FAMILY = Family(
    config=partial(as_kind, "qwen3"), layout=QWEN3, length_of=closed_by_end, default_block=4
)
