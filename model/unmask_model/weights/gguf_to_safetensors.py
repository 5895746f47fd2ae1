"""A GGUF file becomes a folder that loads in seconds: config.json, tensors and tokenizer.json.

The layout and the names are those of transformers, so that what reads a publisher's safetensors
reads this too. bf16 loses 0.15 % where the quantisation already lost 4 %.
"""

import json
from pathlib import Path

from unmask_model.weights.gguf.gguf_config import transformers_config
from unmask_model.weights.gguf.gguf_file import GgufFile, understood
from unmask_model.weights.gguf.gguf_tensors import GgufTensors
from unmask_model.weights.gguf.gguf_tokenizer import build_tokenizer
from unmask_model.weights.safetensors.safetensors_writer import write_bf16
from unmask_model.weights.sources.progress import Progress, silent
from unmask_model.weights.whole_folder import whole_folder

CONFIG = "config.json"
TENSORS = "model.safetensors"
TOKENIZER = "tokenizer.json"


def convert(gguf: Path, folder: Path, progress: Progress = silent) -> None:
    """Write the converted copy of `gguf` as `folder`, whole or not at all.

    Raises WeightsInvalid when the file is no GGUF or holds a model that is not supported, and
    DownloadFailed when the copy cannot be written.
    """
    with whole_folder(folder) as partial, understood(gguf):
        _write(gguf, partial, progress)


def _write(gguf: Path, folder: Path, progress: Progress) -> None:
    progress("reading the model file", 0, 0)
    file = GgufFile(gguf)
    tensors = GgufTensors(file)
    config = transformers_config(file, tied=tensors.tied)
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    build_tokenizer(file).save(str(folder / TOKENIZER))
    write_bf16(folder / TENSORS, tensors.shapes, tensors.read, progress)
