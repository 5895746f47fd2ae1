"""Open-dCoder: Qwen2.5-Coder with a mask token, read with all rows seeing all.

Its files are those of a plain Qwen2; the mask token in the tokenizer tells the two apart. Read:
`generation_utils.py` and `eval_infill.py` of Open-dLLM (docs/models.md).
"""

from functools import partial

from unmask_model.families.family import Family
from unmask_model.transformer.checkpoint import as_kind

FAMILY = Family(config=partial(as_kind, "qwen2"), shift=True)
