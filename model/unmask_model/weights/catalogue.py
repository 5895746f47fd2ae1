"""The models a user can name, and what each is made of."""

import os
from dataclasses import dataclass
from pathlib import Path

from unmask_model.protocol.errors import ModelNotFound
from unmask_model.weights.bases import QWEN25_CODER_05B, Base


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
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
        Model(
            name="small",
            base=QWEN25_CODER_05B,
            adapter="small.safetensors",
            note="the default: fills whole blocks in a few parallel steps, on any CPU",
        ),
        Model(
            name="base",
            base=QWEN25_CODER_05B,
            adapter=None,
            note="the untouched base, left to right only; for comparison",
        ),
        Model(
            name="scripted",
            base=None,
            adapter=None,
            note="answers from a script, without weights; for tests and editor set-up",
        ),
        Model(
            name="auto",
            base=QWEN25_CODER_05B,
            adapter=None,
            note="the best model here that is quick enough; `unmask doctor` says which",
        ),
    )
}
"""Every model by its name."""


def find_model(name: str) -> Model:
    """The model called `name`; raises ModelNotFound with the names there are."""
    if name not in MODELS:
        raise ModelNotFound(f"no model is called {name!r}; there are {', '.join(MODELS)}")
    return MODELS[name]


def is_path(name: str) -> bool:
    """Whether a user who names a model so means a base file, and not a model of the table."""
    return name not in MODELS and (os.sep in name or Path(name).expanduser().exists())


def from_anywhere(name: str) -> str:
    """Return a name as it is, and a base file's path so that it holds in every working folder."""
    return str(Path(name).expanduser().absolute()) if is_path(name) else name
