"""Weights by name: a name or a path becomes files in transformers' layout.

Accepts a base of bases.py, a model of hub_models.py that was fetched, a GGUF file, or a publisher's
folder: config.json, safetensors in one file or several with their index, and a tokenizer. Refuses
everything else, pickles first of all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from safetensors import SafetensorError, safe_open

from unmask_model.protocol.errors import ModelNotFound, WeightsInvalid
from unmask_model.weights.bases import BASES, Base
from unmask_model.weights.gguf.gguf_file import is_gguf
from unmask_model.weights.gguf_to_safetensors import CONFIG, TENSORS, TOKENIZER, convert
from unmask_model.weights.hub_models import HUB_MODELS, HubModel
from unmask_model.weights.pull_command import pull_command
from unmask_model.weights.safetensors.tensor_index import INDEX, shards
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.fetch import cached_file, fetch
from unmask_model.weights.sources.file_hash import known_sha256
from unmask_model.weights.sources.progress import Progress, silent
from unmask_model.weights.tokenizer_files import VOCABULARY
from unmask_model.weights.whole_folder import is_whole, remove_damaged

CONVERTED_FACTOR = 4
"""Free space wanted for a converted copy, in sizes of the GGUF: bf16 against 4 bits a weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseFiles:
    """A base model on disk in transformers' layout, ready to be loaded."""

    config: Path
    """`config.json`, as transformers writes it."""
    tensors: Path
    """Safetensors under the publisher's names, or the index of several such files."""
    tokenizer: Path
    """`tokenizer.json`, or `vocab.json` with its merges beside it."""
    sha256: str
    """Hash of the published weights file (for a converted base: of the GGUF file; of several: of
    their index)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A base as it was published."""

    sha256: str
    """Hash of the published weights file, or of the index of several."""
    files: Callable[[], Path | BaseFiles]
    """Returns its GGUF file, or a publisher's files; fetches them where that was asked for."""


def open_base(
    name_or_path: str | Path,
    *,
    cache: Cache | None = None,
    download: bool = False,
    mirrors: bool = True,
    progress: Progress = silent,
) -> BaseFiles:
    """Files of the base or hub model called so, or of the model at a path; converted once.

    Raises what `find_base` and its files raise.
    """
    cache = cache or Cache.of_user()
    origin = find_base(
        name_or_path, cache=cache, download=download, mirrors=mirrors, progress=progress
    )
    copy = cache.converted(origin.sha256)
    if is_whole(copy):
        return _files(copy, origin.sha256)
    files = origin.files()
    return files if isinstance(files, BaseFiles) else _converted(files, origin, cache, progress)


def find_base(
    name_or_path: str | Path,
    *,
    cache: Cache | None = None,
    download: bool = False,
    mirrors: bool = True,
    progress: Progress = silent,
) -> Origin:
    """Find the base or hub model called so, or the model at a path; a base is not read yet.

    `download` must be asked for: without it an absent base is ModelNotFound once its files are
    wanted, and an absent model of the hub always is. Also raises DownloadFailed, and WeightsInvalid
    for files that are not what they should be.
    """
    cache = cache or Cache.of_user()
    base = BASES.get(str(name_or_path))
    if base is not None:
        fetched = partial(_fetched, base, cache, download, mirrors, progress)
        return Origin(sha256=base.sha256, files=fetched)
    hub_model = HUB_MODELS.get(str(name_or_path))
    if hub_model is not None:
        return _published(_open_fetched(hub_model, cache, progress))
    path = Path(name_or_path).expanduser()
    if not path.exists():
        raise ModelNotFound(
            f"{name_or_path} is neither a file, a folder nor a known base ({', '.join(BASES)})"
        )
    if path.is_file() and is_gguf(path):
        return Origin(sha256=known_sha256(path, cache, progress), files=lambda: path)
    return _published(_open_published(path, cache, progress))


def _published(files: BaseFiles) -> Origin:
    return Origin(sha256=files.sha256, files=lambda: files)


def _fetched(base: Base, cache: Cache, download: bool, mirrors: bool, progress: Progress) -> Path:
    if not download and cached_file(base, cache, progress) is None:
        raise ModelNotFound(
            f"{base.name} ({base.in_words}) is not on this machine; run `{pull_command(base.name)}`"
        )
    return fetch(base, cache, mirrors=mirrors, progress=progress)


def _open_fetched(model: HubModel, cache: Cache, progress: Progress) -> BaseFiles:
    if not model.is_here(cache):
        raise ModelNotFound(
            f"{model.name} ({model.in_words}) is not on this machine;"
            f" run `{pull_command(model.name)}`"
        )
    return _open_published(cache.model(model.name), cache, progress)


def _converted(gguf: Path, origin: Origin, cache: Cache, progress: Progress) -> BaseFiles:
    copy = cache.converted(origin.sha256)
    with cache.locked(copy.name, progress):
        remove_damaged(copy, progress)
        if not copy.is_dir():
            cache.require_space(CONVERTED_FACTOR * gguf.stat().st_size)
            convert(gguf, copy, progress)
    return _files(copy, origin.sha256)


def _open_published(path: Path, cache: Cache, progress: Progress) -> BaseFiles:
    """The model in a publisher's folder, or beside a publisher's safetensors file."""
    folder = path if path.is_dir() else path.parent
    tensors = _first_of(folder, TENSORS, INDEX) if path.is_dir() else path
    tokenizer = _first_of(folder, TOKENIZER, VOCABULARY)
    if tensors.is_file():
        for shard in shards(tensors):
            _require_safetensors(shard)
    for file in (tensors, folder / CONFIG, tokenizer):
        if not file.is_file():
            raise WeightsInvalid(
                f"{file} is missing; a model is a .gguf file, or a folder with"
                f" {TENSORS} (or several and {INDEX}), {CONFIG} and {TOKENIZER}"
            )
    sha256 = known_sha256(tensors, cache, progress)
    return BaseFiles(config=folder / CONFIG, tensors=tensors, tokenizer=tokenizer, sha256=sha256)


def _first_of(folder: Path, usual: str, other: str) -> Path:
    return folder / (
        other if (folder / other).is_file() and not (folder / usual).is_file() else usual
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
