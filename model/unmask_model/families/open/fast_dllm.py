"""Fast-dLLM v2: Qwen2.5 that writes block after block; the row before a place predicts it.

The first place of a block is told by the last row of the block before, from the pass that finished
it. The length of a block is `bd_size` in config.json. Read: the publisher's `modeling.py` and
`generation_functions.py` (docs/models.md); its smaller blocks inside a block are a way to decode.
"""

from functools import partial

from unmask_model.families.family import Family, closed_by_end
from unmask_model.transformer.checkpoint import as_kind

FAMILY = Family(
    config=partial(as_kind, "qwen2"), shift=True, length_of=closed_by_end, default_block=32
)
