"""CoDA: Qwen3 in which every row sees every other; the row before a place predicts it.

Read: `modeling_coda.py`, `generation_utils.py` and `config.json` in the publisher's repository
(docs/models.md).
"""

from functools import partial

from unmask_model.families.family import Family
from unmask_model.transformer.checkpoint import as_kind
from unmask_model.weights.layout import QWEN3

FAMILY = Family(config=partial(as_kind, "qwen3"), layout=QWEN3, shift=True)
