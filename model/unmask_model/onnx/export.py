"""From a base and an adapter to a folder that is mapped into memory, made once and then kept."""

import json
from pathlib import Path

import numpy as np

from unmask_model.onnx.base_tensors import BaseTensors, GgufBaseTensors, SafetensorsBaseTensors
from unmask_model.onnx.converted_names import BODY, HEAD, HEAD_IDS, MASK, SETTINGS, TOKENIZER
from unmask_model.onnx.decoder_weights import BEST, DecoderWeights, Form
from unmask_model.onnx.embedding import Embedding
from unmask_model.onnx.graph import Graph
from unmask_model.onnx.layers import Layers
from unmask_model.onnx.rotary import frequencies
from unmask_model.weights.adapter_file import AdapterFile
from unmask_model.weights.base_files import Origin
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.file_hash import known_sha256
from unmask_model.weights.sources.progress import Progress, silent
from unmask_model.weights.whole_folder import is_whole, remove_damaged, whole_folder

FORMAT = 2
"""Raised when another graph is written, so that old folders are made again."""
SPACE = 1_000_000_000
"""Bytes that should be free: more than a base of half a thousand million numbers takes."""
STAGE = "preparing the model for this processor"


def converted(
    base: Origin,
    adapter: Path | None,
    cache: Cache,
    progress: Progress = silent,
    form: Form = BEST,
) -> Path:
    """Return the folder of a base with an adapter, which is made if there is none.

    Raises ModelNotFound where the base is not on this machine, WeightsInvalid where it is no
    decoder that is known, and DownloadFailed where the folder cannot be written.
    """
    change = known_sha256(adapter, cache, progress)[:16] if adapter else "plain"
    folder = cache.root / "onnx" / f"{base.sha256[:16]}-{change}-{form}-{FORMAT}"
    if is_whole(folder):
        return folder
    with cache.locked(folder.name, progress):
        remove_damaged(folder, progress)
        if not folder.is_dir():
            source, change_of = _source(base), None
            if adapter:
                change_of = AdapterFile.open(adapter, base.sha256)
            cache.require_space(SPACE)
            with whole_folder(folder) as partial:
                write(partial, source, change_of, form, progress)
    return folder


def write(
    folder: Path, source: BaseTensors, adapter: AdapterFile | None, form: Form, progress: Progress
) -> None:
    """Write all files of a decoder into an empty folder."""
    weights = DecoderWeights.of(source, adapter, form)
    _write_settings(folder, weights)
    source.save_tokenizer(folder / TOKENIZER)
    _write_body(folder, weights, progress)
    progress(STAGE, weights.shape.layers, weights.shape.layers + 1)
    Embedding.write(folder, weights.embedding)
    head = Graph(folder, HEAD)
    rows = head.input("rows", np.float32, "W", weights.shape.hidden)
    head.save([(head.linear(rows, weights.head), "logits")])


def _write_settings(folder: Path, weights: DecoderWeights) -> None:
    adapter, shape = weights.adapter, weights.shape
    settings = {
        "shape": shape.fields(),
        "frequencies": frequencies(weights.source.config, shape.head_dim),
        "block": adapter.block if adapter else 0,
    }
    (folder / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")
    if adapter:
        np.save(folder / MASK, adapter.mask)
        if adapter.head_ids is not None:
            np.save(folder / HEAD_IDS, adapter.head_ids)


def _write_body(folder: Path, weights: DecoderWeights, progress: Progress) -> None:
    graph = Graph(folder, BODY)
    layers = Layers(graph, weights.shape)
    for index in range(weights.shape.layers):
        progress(STAGE, index, weights.shape.layers + 1)
        layers.add(index, weights.layer(index))
    hidden, kept = layers.finish(weights.norm)
    graph.save([(hidden, "hidden"), (kept, "kept")])


def _source(base: Origin) -> BaseTensors:
    files = base.files()
    return GgufBaseTensors(files) if isinstance(files, Path) else SafetensorsBaseTensors(files)
