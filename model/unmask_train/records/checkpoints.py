"""The state of a run on disk, so that a kill loses minutes and never the run.

Safetensors for the numbers, JSON for the rest; the newest complete state replaces the one before.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

STATE = "state.safetensors"
PROGRESS = "progress.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Steps, seconds and tokens of a run so far."""

    step: int = 0
    """Optimiser steps taken."""
    seconds: float = 0.0
    """Seconds spent in steps, pauses not counted."""
    examples: int = 0
    """Contexts seen."""
    tokens: int = 0
    """Places that had a loss."""


class Checkpoints:
    """Saves and restores parameters, optimiser and progress in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(
        self, parameters: dict[str, Tensor], optimiser: torch.optim.Optimizer, progress: Progress
    ) -> None:
        """Write the state, complete or not at all."""
        tensors = {f"parameter/{name}": p.detach() for name, p in parameters.items()}
        states = optimiser.state_dict()["state"]
        for index, name in enumerate(parameters):
            for key, value in states.get(index, {}).items():
                tensors[f"{key}/{name}"] = torch.as_tensor(value).detach()
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / (STATE + ".partial")
        save_file(tensors, partial, metadata={PROGRESS: json.dumps(asdict(progress))})
        partial.replace(self._folder / STATE)

    def restore(
        self, parameters: dict[str, Tensor], optimiser: torch.optim.Optimizer
    ) -> Progress | None:
        """Read the state back in place; None where there is none."""
        file = self._folder / STATE
        if not file.exists():
            return None
        tensors = load_file(file)
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(tensors[f"parameter/{name}"])
        states = {index: _state(tensors, name) for index, name in enumerate(parameters)}
        group = optimiser.param_groups[0] | {"params": list(states)}
        optimiser.load_state_dict({"state": states, "param_groups": [group]})
        return _read_progress(file)


def _state(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    """What the optimiser knew of a parameter."""
    return {
        key.removesuffix(f"/{name}"): value
        for key, value in tensors.items()
        if key.endswith(f"/{name}") and not key.startswith("parameter/")
    }


def _read_progress(file: Path) -> Progress:
    with safe_open(file, framework="pt") as source:
        return Progress(**json.loads(source.metadata()[PROGRESS]))
