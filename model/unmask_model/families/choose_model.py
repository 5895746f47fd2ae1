"""The model `auto`: the best of those on this machine that is quick enough here.

Best is the one with most weights. Quick enough is what a short calibration expects to fill a hole
within the budget, by the floor of its passes and what they usually take more. Nothing is loaded to
find out, and nothing fetched.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from unmask_model.families.machine import ONNX_FORMAT, Machine, require_torch
from unmask_model.families.open.family_kind import family_of
from unmask_model.protocol.errors import DoesNotFit, UnmaskError, WeightsAbsent
from unmask_model.weights.base_files import open_base
from unmask_model.weights.catalogue import MODELS
from unmask_model.weights.hub_models import HUB_MODELS
from unmask_model.weights.pull_command import pull_command
from unmask_model.weights.safetensors.safetensors_reader import SafetensorsReader
from unmask_model.weights.sources.cache import Cache

BUDGET_MS = 300.0
"""Milliseconds that a suggestion may take unless a user says otherwise."""
PASSES, PLACES, CONTEXT = 6, 32, 512
"""What is expected of a fill: passes, places of its canvas, and tokens around it."""
SPARE = 1.1
"""What runs beside the weights takes about a tenth of them."""
CHECKED = 3
"""Rows of a pass that checks a draft, as our own models do."""
SLACK = 1.5
"""What a pass takes, in floors of it (docs/roofline.md)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalModel:
    """A model whose weights are on this machine."""

    name: str
    """What it is opened as: a name, or its folder."""
    numbers: int
    """Numbers in all its tensors."""
    rereads: bool
    """Whether its passes read the context again."""
    ours: bool = False
    """Whether it is one of our own, which need no torch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a model would do here."""

    model: LocalModel
    precision: str | None
    """Number format it would be opened in; None: it does not fit."""
    fill_ms: float
    """Milliseconds of a fill after a keystroke."""

    def suits(self, budget_ms: float) -> bool:
        """Whether it fits the memory and the time."""
        return self.precision is not None and self.fill_ms <= budget_ms


def choose(expected: Sequence[Expected], budget_ms: float = BUDGET_MS) -> Expected:
    """Return the largest that suits, else the quickest that fits.

    Raises WeightsAbsent where no model is here, DoesNotFit where none fits the memory.
    """
    if not expected:
        raise WeightsAbsent(f"no model is on this machine; run `{pull_command('small')}`")
    fitting = [one for one in expected if one.precision is not None]
    if not fitting:
        raise DoesNotFit("none of the models here fits the free memory; close what uses it")
    suiting = [one for one in fitting if one.suits(budget_ms)]
    if suiting:
        return max(suiting, key=lambda one: one.model.numbers)
    return min(fitting, key=lambda one: one.fill_ms)


def expect(machine: Machine) -> list[Expected]:
    """Return what each model that is here would do, as this machine was measured."""
    return [_expected(one, machine) for one in local_models(Cache.of_user())]


def name_here() -> str:
    """Return what `auto` stands for on this machine now; raises what `choose` raises."""
    chosen = choose(expect(Machine.here()))
    _log.info("auto: %s, about %.0f ms a fill", chosen.model.name, chosen.fill_ms)
    return chosen.model.name


def local_models(cache: Cache) -> Iterator[LocalModel]:
    """Yield the models that are here: our own, and folders in the cache's `models`."""
    for model in MODELS.values():
        if model.adapter and model.base and model.base.is_here(cache):
            yield LocalModel(name=model.name, numbers=model.base.numbers, rereads=False, ours=True)
    for folder in sorted(cache.models.glob("*/config.json")):
        try:
            yield from _in_folder(folder.parent, cache)
        except UnmaskError as error:
            _log.warning("auto leaves out %s: %s", folder.parent, error)


def _in_folder(folder: Path, cache: Cache) -> Iterator[LocalModel]:
    files = open_base(folder, cache=cache)
    family = family_of(files)
    if family is not None:
        require_torch("open diffusion models need")
        from unmask_model.families.open_family import rereads

        numbers = SafetensorsReader(files.tensors).elements()
        name = folder.name if folder.name in HUB_MODELS else str(folder)
        yield LocalModel(name=name, numbers=numbers, rereads=rereads(family))


def _expected(one: LocalModel, machine: Machine) -> Expected:
    own = one.ours and not machine.on_gpu
    tried = (ONNX_FORMAT,) if own else machine.formats
    fitting = [each for each in tried if SPARE * one.numbers * each.bits / 8 <= machine.free]
    chosen = fitting[0] if fitting else tried[-1]
    rows = CHECKED if one.ours else PLACES + (CONTEXT if one.rereads else 0)
    fill_ms = SLACK * PASSES * machine.calibration.pass_ms(one.numbers, chosen.bits, rows)
    name = chosen.name if fitting else None
    return Expected(model=one, precision=name, fill_ms=fill_ms)
