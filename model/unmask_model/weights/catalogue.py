"""The models a user can name, and what each is made of: ours here, others in hub_models.py."""

import os
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from unmask_model.protocol.errors import ModelNotFound
from unmask_model.weights.bases import BASES, QWEN25_CODER_05B, Base
from unmask_model.weights.hub_models import HUB_MODELS, HubModel


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueModel:
    """A name for a base with or without one of our adapters."""

    name: str
    """What users call it."""
    base: Base | None
    """The weights it stands on; None for a model without weights."""
    adapter: str | None
    """Our adapter, as a path inside the package `unmask_model`; None to use the base untouched."""
    note: str
    """One line that helps to choose."""


MODELS = {
    model.name: model
    for model in (
        CatalogueModel(
            name="small",
            base=QWEN25_CODER_05B,
            adapter="small.safetensors",
            note="the default; `unmask doctor` says how quick it is here",
        ),
        CatalogueModel(
            name="base",
            base=QWEN25_CODER_05B,
            adapter=None,
            note="the untouched base, left to right only; for comparison",
        ),
        CatalogueModel(
            name="scripted",
            base=None,
            adapter=None,
            note="answers from a script, without weights; for tests and editor set-up",
        ),
        CatalogueModel(
            name="auto",
            base=QWEN25_CODER_05B,
            adapter=None,
            note="the best model here that is quick enough; `unmask doctor` says which",
        ),
    )
}
"""Every model of ours by its name."""


def find_model(name: str) -> CatalogueModel:
    """The model of ours called `name`; raises ModelNotFound with the names there are."""
    if name not in MODELS:
        close = get_close_matches(name, [*MODELS, *HUB_MODELS], n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        raise ModelNotFound(
            f"no model is called {name!r}{hint}; there are {', '.join(MODELS)}, and those of the"
            " model hub that `unmask models` lists"
        )
    return MODELS[name]


def weights_of(name: str) -> Base | HubModel | None:
    """What must be on this machine for a model or base called so; None if nothing.

    Raises ModelNotFound.
    """
    known = BASES.get(name) or HUB_MODELS.get(name)
    return known or find_model(name).base


def is_path(name: str) -> bool:
    """Whether a user who names a model so means files of their own, and no model of the tables."""
    is_known = name in MODELS or name in HUB_MODELS
    return not is_known and (os.sep in name or Path(name).expanduser().exists())


def from_anywhere(name: str) -> str:
    """Return a name as it is, and a base file's path so that it holds in every working folder."""
    return str(Path(name).expanduser().absolute()) if is_path(name) else name
