"""From a model's name, or a base file's path, to a denoiser that is ready to be asked."""

import os
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from unmask_model.families.causal_block.causal_block_files import CausalBlockFiles
from unmask_model.families.denoiser import Denoiser
from unmask_model.families.machine import require_torch
from unmask_model.families.open.family_kind import family_of
from unmask_model.protocol.errors import ModelNotFound, WeightsInvalid
from unmask_model.transformer.execution import DEFAULT, Execution
from unmask_model.weights.base_files import BaseFiles, Origin, find_base
from unmask_model.weights.catalogue import MODELS, CatalogueModel, find_model, is_path
from unmask_model.weights.hub_models import HUB_MODELS
from unmask_model.weights.sources.progress import Progress, silent

SCRIPT_VARIABLE = "UNMASK_SCRIPT"
"""Environment variable that names the script of the model `scripted`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedModel:
    """A model in memory."""

    name: str
    """What it was asked for as."""
    denoiser: Denoiser
    sampler: str
    """The sampler that suits it."""


def open_model(
    name: str,
    *,
    execution: Execution = DEFAULT,
    download: bool = False,
    mirrors: bool = True,
    progress: Progress = silent,
) -> OpenedModel:
    """Open the model called `name`, or the files at that path.

    The files of an open diffusion model are told by themselves. A base file that one of our
    adapters was made for gets it; any other is read left to right. Those take of `execution` the
    number format and the device alone.
    Raises ModelNotFound where it, or without `download` its weights, are not on this machine.
    """
    if name == "auto":
        from unmask_model.families.choose_model import name_here

        name = name_here()
    if name == "scripted":
        return OpenedModel(name=name, denoiser=_scripted(), sampler="confidence")
    if name in HUB_MODELS or is_path(name):
        origin = find_base(name, progress=progress)
        base = origin.files()
        family = family_of(base) if isinstance(base, BaseFiles) else None
        _require_family(name, family)
        if family is not None and isinstance(base, BaseFiles):
            require_torch("open diffusion models need")
            from unmask_model.families.open_family import open_family

            denoiser = open_family(family, base, execution)
            return OpenedModel(name=name, denoiser=denoiser, sampler="confidence")
        files = CausalBlockFiles(base=name, adapter=_adapter_made_for(origin))
        return _opened(name, files.open(execution, progress))
    model = find_model(name)
    assert model.base is not None
    files = CausalBlockFiles(
        base=model.base.name, adapter=_adapter(model), download=download, mirrors=mirrors
    )
    return _opened(name, files.open(execution, progress))


def _require_family(name: str, family: str | None) -> None:
    """Refuse files under a model's name that would be read in another way than it was trained."""
    expected = HUB_MODELS[name].family if name in HUB_MODELS else family
    if family != expected:
        found = f"of the family {family!r}" if family else "those of a left-to-right model"
        raise WeightsInvalid(
            f"the files of {name} are {found}, not of {expected!r}; remove their folder, and fetch"
            " them again or at another commit"
        )


def _opened(name: str, denoiser: Denoiser) -> OpenedModel:
    sampler = "verify" if denoiser.parallel else "autoregressive"
    return OpenedModel(name=name, denoiser=denoiser, sampler=sampler)


def _scripted() -> Denoiser:
    from unmask_model.families.scripted.script import Script
    from unmask_model.families.scripted.scripted import Scripted

    file = os.environ.get(SCRIPT_VARIABLE)
    return Scripted(Script.open(Path(file)) if file else None)


def _adapter_made_for(base: Origin) -> Path | None:
    made = [m for m in MODELS.values() if m.adapter and m.base and m.base.sha256 == base.sha256]
    return _adapter(made[0]) if made else None


def _adapter(model: CatalogueModel) -> Path | None:
    if model.adapter is None:
        return None
    path = Path(
        str(resources.files("unmask_model.families.causal_block") / "adapters" / model.adapter)
    )
    if not path.is_file():
        raise ModelNotFound(f"the adapter {path} of {model.name!r} is missing; reinstall Unmask")
    return path
