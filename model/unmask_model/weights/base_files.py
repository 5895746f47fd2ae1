"""The door to weights: a name or a path becomes files in transformers' layout.

Accepts a base of bases.py, a GGUF file, or a folder with config.json, one safetensors file and
tokenizer.json. Refuses everything else, pickles first of all.
"""

from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open

from unmask_model.errors import ModelNotFound, WeightsInvalid
from unmask_model.weights.bases import BASES, Base
from unmask_model.weights.cache import Cache
from unmask_model.weights.convert import CONFIG, TENSORS, TOKENIZER, convert
from unmask_model.weights.fetch import cached_file, fetch
from unmask_model.weights.file_hash import known_sha256
from unmask_model.weights.gguf_file import is_gguf
from unmask_model.weights.progress import Progress, silent

CONVERTED_FACTOR = 4
"""Free space wanted for a converted copy, in sizes of the GGUF: bf16 against 4 bits a weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFiles:
    """A base model on disk, ready to be loaded."""

    config: Path
    """`config.json`, as transformers writes it."""
    tensors: Path
    """Safetensors under transformers' names."""
    tokenizer: Path
    """`tokenizer.json`."""
    sha256: str
    """Hash of the published weights file (for a converted base: of the GGUF file)."""


def open_base(
    name_or_path: str | Path,
    *,
    cache: Cache | None = None,
    download: bool = False,
    mirrors: bool = True,
    progress: Progress = silent,
) -> BaseFiles:
    """Files of the base called so, or of the model at a path; converted once, then kept.

    `download` must be asked for: without it an absent base is ModelNotFound. Also raises
    DownloadFailed, and WeightsInvalid for files that are not what they should be.
    """
    cache = cache or Cache.of_user()
    base = BASES.get(str(name_or_path))
    if base is not None:
        return _open_known(base, cache, download, mirrors, progress)
    path = Path(name_or_path).expanduser()
    if not path.exists():
        raise ModelNotFound(
            f"{name_or_path} is neither a file, a folder nor a known base ({', '.join(BASES)})"
        )
    if path.is_file() and is_gguf(path):
        return _open_gguf(path, known_sha256(path, cache, progress), cache, progress)
    return _open_published(path, cache, progress)


def _open_known(
    base: Base, cache: Cache, download: bool, mirrors: bool, progress: Progress
) -> BaseFiles:
    copy = cache.converted(base.sha256)
    if copy.is_dir():
        return _files(copy, base.sha256)
    if not download and cached_file(base, cache, progress) is None:
        raise ModelNotFound(
            f"{base.name} ({base.size / 1e6:.0f} MB) is not on this machine;"
            f" run `unmask pull {base.name}`"
        )
    file = fetch(base, cache, mirrors=mirrors, progress=progress)
    return _open_gguf(file, base.sha256, cache, progress)


def _open_gguf(path: Path, sha256: str, cache: Cache, progress: Progress) -> BaseFiles:
    copy = cache.converted(sha256)
    with cache.locked(copy.name, progress):
        if not copy.is_dir():
            cache.require_space(CONVERTED_FACTOR * path.stat().st_size)
            convert(path, copy, progress)
    return _files(copy, sha256)


def _open_published(path: Path, cache: Cache, progress: Progress) -> BaseFiles:
    """The model in a publisher's folder, or beside a publisher's safetensors file."""
    folder = path if path.is_dir() else path.parent
    tensors = folder / TENSORS if path.is_dir() else path
    if tensors.is_file():
        _require_safetensors(tensors)
    for file in (tensors, folder / CONFIG, folder / TOKENIZER):
        if not file.is_file():
            raise WeightsInvalid(
                f"{file} is missing; a model is a .gguf file, or a folder with"
                f" {TENSORS} (in one file), {CONFIG} and {TOKENIZER}"
            )
    sha256 = known_sha256(tensors, cache, progress)
    return BaseFiles(
        config=folder / CONFIG, tensors=tensors, tokenizer=folder / TOKENIZER, sha256=sha256
    )


def _require_safetensors(path: Path) -> None:
    try:
        with safe_open(path, framework="numpy"):
            return
    except SafetensorError as error:
        raise WeightsInvalid(
            f"{path} is neither safetensors nor GGUF, and nothing else is read ({error})"
        ) from error


def _files(folder: Path, sha256: str) -> BaseFiles:
    return BaseFiles(
        config=folder / CONFIG,
        tensors=folder / TENSORS,
        tokenizer=folder / TOKENIZER,
        sha256=sha256,
    )
