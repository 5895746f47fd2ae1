"""Files that call themselves GGUF and state what cannot be."""

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.base_files import open_base
from unmask_model.weights.gguf.gguf_file import GgufFile
from unmask_model.weights.sources.cache import Cache

ARRAY, STRING, UINT32 = 9, 8, 4


def head(tensors: int, fields: int) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, fields)


def text(said: bytes) -> bytes:
    return struct.pack("<Q", len(said)) + said


def array(kind: int, length: int) -> bytes:
    return head(0, 1) + text(b"a") + struct.pack("<IIQ", ARRAY, kind, length)


ABSURD = {
    "more tensors than bytes": head(1 << 62, 0),
    "more fields than bytes": head(0, 1 << 62),
    "a text longer than the file": head(0, 1) + struct.pack("<Q", 1 << 63),
    "a list longer than the file": array(UINT32, 1 << 60),
    "a list of texts longer than the file": array(STRING, 10**9),
    "lists in lists": head(0, 1)
    + text(b"a")
    + struct.pack("<I", 9)
    + struct.pack("<IQ", 9, 1) * 5000,
    "more dimensions than bytes": head(1, 0) + text(b"t") + struct.pack("<I", 1 << 31),
    "a tensor larger than the file": head(1, 0)
    + text(b"t")
    + struct.pack("<IQQIQ", 2, 1 << 40, 1 << 40, 0, 0),
    "a kind of numbers that is none": head(1, 0) + text(b"t") + struct.pack("<IQIQ", 1, 4, 999, 0),
    "no alignment": head(0, 1) + text(b"general.alignment") + struct.pack("<II", UINT32, 0),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("what", ABSURD)
def test_what_cannot_be_is_told_at_once(tmp_path: Path, what: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(ABSURD[what] + bytes(64))
    with pytest.raises(WeightsInvalid, match="broken GGUF file"):
        GgufFile(path)


def test_a_text_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    name = text(b"general.architecture") + struct.pack("<I", STRING) + text(b"\xff\xfe")
    path.write_bytes(head(0, 1) + name + bytes(64))
    with pytest.raises(WeightsInvalid, match="architecture` cannot be read"):
        GgufFile(path).architecture  # noqa: B018 -- it is read now


@pytest.mark.parametrize("heads", [0, "many"])
def test_values_of_any_kind_come_to_one_line(
    write_gguf: Callable[..., Path], cache: Cache, monkeypatch: pytest.MonkeyPatch, heads: object
) -> None:
    path, get = write_gguf(), GgufFile.get
    monkeypatch.setattr(
        GgufFile,
        "get",
        lambda self, key, default=None: (
            heads if key.endswith("attention.head_count") else get(self, key, default)
        ),
    )
    with pytest.raises(WeightsInvalid, match="states what cannot be"):
        open_base(path, cache=cache)
