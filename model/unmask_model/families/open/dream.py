"""Dream, Dream-Coder, DiffuCoder and DreamOn: Qwen2.5 in which every row sees every other.

Each place is predicted by the row before it, as in Qwen2.5. DreamOn is the one whose tokenizer has
`<|expand|>`. Read: `modeling_dream.py` and `configuration_dream.py`; the order of a prompt in the
publisher's `process_infilling_prompt` (docs/models.md says where).
"""

from functools import partial

from unmask_model.decoding.length import Expansion, Length
from unmask_model.families.family import Family, searched
from unmask_model.tokens.special_tokens import SpecialTokens
from unmask_model.transformer.checkpoint import as_kind


def _length(special: SpecialTokens) -> Length:
    expand = special.find("expand")
    return searched(special) if expand is None else Expansion(expand=expand)


FAMILY = Family(
    config=partial(as_kind, "qwen2"),
    shift=True,
    opening_role="bos",
    closing_role="eos",
    length_of=_length,
)
