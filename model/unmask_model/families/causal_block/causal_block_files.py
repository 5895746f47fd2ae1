"""Opens `causal_block`: on a processor in ONNX Runtime, on a GPU and in other formats in torch."""

from dataclasses import dataclass
from pathlib import Path

from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.machine import has_gpu, has_torch, require_torch
from unmask_model.onnx.converted_names import TOKENIZER
from unmask_model.onnx.export import converted
from unmask_model.protocol.errors import DecoderUnknown
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.transformer.execution import Execution, Weights
from unmask_model.weights.base_files import find_base, open_base
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.progress import Progress, silent


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
        if not _on_processor(execution):
            return self._in_torch(execution, progress)
        try:
            return self._in_onnx(progress)
        except DecoderUnknown:
            if not has_torch():
                raise
            return self._in_torch(execution, progress)

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
        require_torch(f"{execution.weights} weights need")
        from unmask_model.families.causal_block.torch_backend import TorchBackend

        files = open_base(
            self.base, download=self.download, mirrors=self.mirrors, progress=progress
        )
        backend = TorchBackend.open(files, self.adapter, execution.dtype, execution.device)
        return CausalBlock(backend, open_vocabulary(files.tokenizer))


def _on_processor(execution: Execution) -> bool:
    """Whether the product's own format is wanted, and there is no GPU that torch could use."""
    own = execution.weights in (Weights.BEST, Weights.INT8) and execution.device is None
    return own and not has_gpu()
