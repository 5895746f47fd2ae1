"""CoDA: Qwen3 in which every row sees every other; the row before a place predicts it.

Read: `modeling_coda.py`, `generation_utils.py` and `config.json` in the publisher's repository
(docs/models.md).
"""

from functools import partial

from unmask_model.checkpoint import as_kind
from unmask_model.family import Family
from unmask_model.layout import QWEN3

FAMILY = Family(config=partial(as_kind, "qwen3"), layout=QWEN3, shift=True)
