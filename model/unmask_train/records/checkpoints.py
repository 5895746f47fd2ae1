"""The state of a run on disk, so that a kill loses minutes and never the run.

Safetensors for the numbers, JSON for the rest; the newest complete state replaces the one before.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from unmask_model.protocol.errors import StateUnusable

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
        """Write the state, complete or not at all; raise StateUnusable where it cannot be."""
        tensors = {f"parameter/{name}": p.detach() for name, p in parameters.items()}
        states = optimiser.state_dict()["state"]
        for index, name in enumerate(parameters):
            for key, value in states.get(index, {}).items():
                tensors[f"{key}/{name}"] = torch.as_tensor(value).detach()
        partial = self._folder / (STATE + ".partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            save_file(tensors, partial, metadata={PROGRESS: json.dumps(asdict(progress))})
            _flush(partial)
            partial.replace(self._folder / STATE)
        except (OSError, SafetensorError) as error:
            partial.unlink(missing_ok=True)
            raise StateUnusable(
                f"{self._folder} cannot be written ({error}); free some space, and run the same"
                " command: it goes on from the state before"
            ) from error

    def restore(
        self, parameters: dict[str, Tensor], optimiser: torch.optim.Optimizer
    ) -> Progress | None:
        """Read the state back in place; None where there is none.

        Raises StateUnusable where it is damaged.
        """
        file = self._folder / STATE
        if not file.exists():
            return None
        try:
            tensors, progress = load_file(file), _read_progress(file)
        except (OSError, SafetensorError, LookupError, TypeError, ValueError) as error:
            raise StateUnusable(
                f"{file} is damaged ({error}); remove it to begin the run anew"
            ) from error
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(tensors[f"parameter/{name}"])
        states = {index: _state(tensors, name) for index, name in enumerate(parameters)}
        group = optimiser.param_groups[0] | {"params": list(states)}
        optimiser.load_state_dict({"state": states, "param_groups": [group]})
        return progress


def _flush(file: Path) -> None:
    """Have the disk hold a file before it takes the place of another: power may go."""
    with file.open("r+b") as opened:
        os.fsync(opened.fileno())


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
