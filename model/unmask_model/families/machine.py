"""What this machine computes with: torch or not, a GPU or none, how fast, in which formats.

Imports torch only to ask it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from unmask_model.families.calibration import Calibration, calibrate, calibrate_torch
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.free_memory import of_processor

GPU_FILES = ("/dev/nvidia0", "/dev/kfd", "/dev/dxg")
"""What a system has that has a GPU: NVIDIA's, AMD's, and that of Windows seen from Linux."""
EXTRA = "pip install 'unmask[gpu]'"
"""Installs torch and transformers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A number format that weights can be kept in."""

    name: str
    bits: float
    """Bits that a weight takes, scales counted in."""


ONNX_FORMAT = Format(name="int8", bits=7.0)
"""What our own models are computed in on a processor: 8 bits, gate and up 4, scales counted in."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What models are chosen by."""

    measure: Callable[[], Calibration]
    """Finds out how fast it is; takes a moment."""
    free: int
    """Bytes that are free where models are computed."""
    formats: tuple[Format, ...]
    """Those of open models, the best one first; none without torch."""
    on_gpu: bool = False

    @cached_property
    def calibration(self) -> Calibration:
        """How fast it is, measured once."""
        return self.measure()

    @classmethod
    def here(cls) -> "Machine":
        """Return this machine: the GPU where there is one, else the processor."""
        if not has_torch():
            return cls(measure=calibrate, free=of_processor(), formats=())
        from unmask_model.transformer.fit import FEWER_BITS, free_memory
        from unmask_model.transformer.precision import Precision, best_device

        device = best_device()
        found = [Precision.of(each, device) for each in FEWER_BITS]
        return cls(
            measure=partial(calibrate_torch, device),
            free=free_memory(device),
            formats=tuple(Format(name=one.name, bits=one.bits) for one in found),
            on_gpu=device.type != "cpu",
        )


def has_torch() -> bool:
    """Return whether torch is installed; does not import it."""
    return find_spec("torch") is not None and find_spec("transformers") is not None


def has_gpu() -> bool:
    """Return whether there is a GPU that torch can use."""
    if not has_torch() or not _may_have_gpu():
        return False
    from unmask_model.transformer.precision import best_device

    return best_device().type != "cpu"


def require_torch(what: str) -> None:
    """Raise WeightsInvalid, with what to install, where `what` needs torch and there is none."""
    if not has_torch():
        raise WeightsInvalid(f"{what} torch, which is not installed; run `{EXTRA}`")


def _may_have_gpu() -> bool:
    """Whether it is worth the seconds that torch takes to be asked."""
    return which("nvidia-smi") is not None or any(Path(file).exists() for file in GPU_FILES)
