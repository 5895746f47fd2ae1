"""Opens `causal_block`: on a processor in ONNX Runtime, on a GPU and in other formats in torch."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.onnx.convert import converted
from unmask_model.onnx.converted_names import TOKENIZER
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.execution import Execution, Weights
from unmask_model.weights.base_files import find_base, open_base
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.progress import Progress, silent

GPU_FILES = ("/dev/nvidia0", "/dev/kfd", "/dev/dxg")
"""What a system has that has a GPU: NVIDIA's, AMD's, and that of Windows seen from Linux."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CausalBlockFiles:
    """What a model of this family is opened from."""

    base: str
    """Name or path of the base."""
    adapter: Path | None
    """The adapter, None to read the base from left to right."""
    download: bool = False
    """Whether an absent base may be fetched."""
    mirrors: bool = True
    """Whether it may come from a mirror."""

    def open(self, execution: Execution, progress: Progress = silent) -> CausalBlock:
        """Open the model; raise what `find_base` raises, and WeightsInvalid where torch lacks."""
        return (
            self._in_onnx(progress)
            if _on_processor(execution)
            else self._in_torch(execution, progress)
        )

    def _in_onnx(self, progress: Progress) -> CausalBlock:
        from unmask_model.families.causal_block.onnx_backend import OnnxBackend
        from unmask_model.onnx.decoder import OnnxDecoder

        cache = Cache.of_user()
        origin = find_base(
            self.base,
            cache=cache,
            download=self.download,
            mirrors=self.mirrors,
            progress=progress,
        )
        folder = converted(origin, self.adapter, cache, progress)
        decoder = OnnxDecoder.open(folder)
        return CausalBlock(OnnxBackend(decoder), open_vocabulary(folder / TOKENIZER))

    def _in_torch(self, execution: Execution, progress: Progress) -> CausalBlock:
        if find_spec("torch") is None:
            raise WeightsInvalid(
                f"{execution.weights} weights need torch, which is not installed;"
                " install `unmask[gpu]`, or leave --weights out"
            )
        from unmask_model.families.causal_block.torch_backend import TorchBackend

        files = open_base(
            self.base, download=self.download, mirrors=self.mirrors, progress=progress
        )
        backend = TorchBackend.open(files, self.adapter, execution.dtype, execution.device)
        return CausalBlock(backend, open_vocabulary(files.tokenizer))


def _on_processor(execution: Execution) -> bool:
    """Whether the product's own format is wanted, and there is no GPU that torch could use."""
    if execution.weights not in (Weights.BEST, Weights.INT8) or execution.device is not None:
        return False
    if find_spec("torch") is None or not _may_have_gpu():
        return True
    from unmask_model.transformer.precision import best_device

    return best_device().type == "cpu"


def _may_have_gpu() -> bool:
    """Whether it is worth the seconds that torch takes to be asked."""
    return which("nvidia-smi") is not None or any(Path(file).exists() for file in GPU_FILES)
