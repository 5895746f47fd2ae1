"""Bytes of strangers against what reads them, led by coverage: models, adapters, messages.

What a parser raises for what is wrong is a typed error; all else ends the run, with the bytes
in a file. Needs atheris (`pip install atheris`); where it cannot be had, that is said.

    python benchmarks/fuzz_parsers.py gguf --seconds 600
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

try:
    import atheris
except ImportError as error:
    print(f"not fuzzed: atheris cannot be had here ({error})")
    sys.exit(0)

with atheris.instrument_imports(include=["unmask_model", "unmask_lsp", "gguf"]):
    from unmask_lsp.server.server import build
    from unmask_lsp.server.stdio import converse
    from unmask_lsp.stats.stats_file import StatsFile
    from unmask_model.protocol.errors import EngineClosed, UnmaskError
    from unmask_model.protocol.wire import decode_request
    from unmask_model.weights.adapter_file import AdapterFile
    from unmask_model.weights.gguf.gguf_config import transformers_config
    from unmask_model.weights.gguf.gguf_file import GgufFile, understood
    from unmask_model.weights.gguf.gguf_tensors import GgufTensors
    from unmask_model.weights.gguf.gguf_tokenizer import build_tokenizer
    from unmask_model.weights.safetensors.safetensors_reader import SafetensorsReader

FOLDER = Path(tempfile.mkdtemp())


def file_of(data: bytes, name: str) -> Path:
    """A file with these bytes."""
    path = FOLDER / name
    path.write_bytes(data)
    return path


def gguf(data: bytes) -> None:
    """Read all that a conversion reads of a GGUF file."""
    path = file_of(b"GGUF" + data, "model.gguf")
    with understood(path):
        file = GgufFile(path)
        tensors = GgufTensors(file)
        transformers_config(file, tied=tensors.tied)
        build_tokenizer(file)
        for name in tensors.shapes:
            tensors.read(name)


def safetensors(data: bytes) -> None:
    """Read every tensor of a safetensors file."""
    head = data[:-16]
    read = SafetensorsReader(file_of(len(head).to_bytes(8, "little") + data, "model.safetensors"))
    for name in read:
        read[name]
    read.elements()


def adapter(data: bytes) -> None:
    """Read an adapter as it is read before it is used."""
    head = data[:-16]
    file = file_of(len(head).to_bytes(8, "little") + data, "adapter.safetensors")
    opened = AdapterFile.open(file, "0" * 64)
    opened.block, opened.layers, opened.head_ids  # noqa: B018 -- each is read from the file


def body(data: bytes) -> None:
    """Read the body of a request to the engine."""
    decode_request(data)


def frames(data: bytes) -> None:
    """Hear what a client sends, from its first byte on."""

    async def nobody(*_: object) -> Any:
        raise EngineClosed("there is no engine")

    async def heard() -> None:
        counts = StatsFile(FOLDER / "stats.json")
        server = build(nobody, nobody, str, lambda model: True, counts)
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        await converse(reader, server.protocol)

    asyncio.run(heard())


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (gguf, safetensors, adapter, body, frames)
}


def main() -> None:
    """Fuzz one parser for some seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seeds", type=Path, help="folder with files to begin with")
    options = parser.parse_args()

    def one(data: bytes) -> None:
        with suppress(UnmaskError):
            TARGETS[options.target](data)

    seeds = [str(options.seeds)] if options.seeds else []
    limits = [f"-max_total_time={options.seconds}", "-max_len=4096", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], *limits, *seeds], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
