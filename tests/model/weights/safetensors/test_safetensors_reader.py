"""Safetensors are read without torch, bfloat16 too."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.weights.adapter_file import FORMAT, AdapterFile
from unmask_model.weights.safetensors.safetensors_reader import SafetensorsReader
from unmask_model.weights.safetensors.tensor_index import INDEX


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_floats_of_every_width_are_what_torch_reads(tmp_path: Path, kind: torch.dtype) -> None:
    tensor = torch.randn(5, 7).to(kind)
    save_file({"one": tensor, "two": tensor.flatten().clone()}, tmp_path / "a.safetensors")
    read = SafetensorsReader(tmp_path / "a.safetensors")
    assert set(read) == {"one", "two"}
    assert read.shape("one") == (5, 7)
    assert read.elements() == 70
    assert read["one"].dtype == np.float32
    assert np.array_equal(read["one"], tensor.float().numpy())
    assert np.array_equal(read["two"], tensor.float().numpy().flatten())


def test_integers_stay_integers_and_metadata_is_read(tmp_path: Path) -> None:
    ids = torch.tensor([3, 5], dtype=torch.int32)
    save_file({"ids": ids}, tmp_path / "a.safetensors", metadata={"format": "mine"})
    read = SafetensorsReader(tmp_path / "a.safetensors")
    assert read["ids"].tolist() == [3, 5]
    assert read.metadata == {"format": "mine"}


def test_several_files_are_read_as_one(tmp_path: Path) -> None:
    for name in "ab":
        save_file({name: torch.ones(2)}, tmp_path / f"{name}.safetensors")
    where = {name: f"{name}.safetensors" for name in "ab"}
    (tmp_path / INDEX).write_text(json.dumps({"weight_map": where}))
    assert set(SafetensorsReader(tmp_path / INDEX)) == {"a", "b"}


@pytest.mark.parametrize("start", [b"", b"GGUF", b"\xff" * 9, b"\x02\0\0\0\0\0\0\0[]"])
def test_what_is_no_safetensors_file_is_refused(tmp_path: Path, start: bytes) -> None:
    file = tmp_path / "a.safetensors"
    file.write_bytes(start)
    with pytest.raises(WeightsInvalid, match="not a safetensors file"):
        SafetensorsReader(file)


def test_a_file_that_ends_too_soon_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    save_file({"one": torch.ones(100)}, file)
    file.write_bytes(file.read_bytes()[:-50])
    with pytest.raises(WeightsInvalid, match="'one'"):
        SafetensorsReader(file)["one"]


def written(path: Path, header: bytes) -> Path:
    path.write_bytes(len(header).to_bytes(8, "little") + header + bytes(16))
    return path


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [4], "data_offsets": [1 << 62, (1 << 62) + 16]},
        {"dtype": "F32", "shape": [4], "data_offsets": [-16, 0]},
        {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]},
        {"dtype": "F32", "shape": [1 << 40, 1 << 40], "data_offsets": [0, 16]},
        {"dtype": ["F32"], "shape": [4], "data_offsets": [0, 16]},
        [1, 2],
    ],
)
def test_a_tensor_that_cannot_be_there_is_refused(tmp_path: Path, entry: object) -> None:
    file = written(tmp_path / "a.safetensors", json.dumps({"t": entry}).encode())
    with pytest.raises(WeightsInvalid):
        SafetensorsReader(file)["t"]


@pytest.mark.parametrize("said", [b"[1]", b"null", b'"ab"', b'{"block": 1}', b"[" * 90_000])
def test_metadata_are_texts_by_name(tmp_path: Path, said: bytes) -> None:
    file = written(tmp_path / "a.safetensors", b'{"__metadata__": ' + said + b"}")
    with pytest.raises(WeightsInvalid):
        SafetensorsReader(file)


@pytest.mark.parametrize(("name", "said"), [("layers", "x"), ("block", "9" * 5000), ("block", "")])
def test_numbers_of_an_adapter_are_numbers(tmp_path: Path, name: str, said: str) -> None:
    metadata = {"format": FORMAT, "base_sha256": "0" * 64, "block": "4"} | {name: said}
    tensor = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    header = json.dumps({"__metadata__": metadata, "mask": tensor}).encode()
    with pytest.raises(WeightsInvalid):
        AdapterFile.open(written(tmp_path / "a.safetensors", header), "0" * 64)
