"""Tensors by name, from one file or several."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.transformer.tensor_files import TensorFiles
from unmask_model.weights.safetensors.tensor_index import INDEX, shards


@pytest.fixture
def index(tmp_path: Path) -> Path:
    save_file({"a": torch.arange(3.0)}, tmp_path / "one.safetensors")
    save_file({"b": torch.ones(2, 2)}, tmp_path / "two.safetensors")
    where = {"a": "one.safetensors", "b": "two.safetensors"}
    (tmp_path / INDEX).write_text(json.dumps({"weight_map": where}))
    return tmp_path / INDEX


def test_several_files_are_one_table(index: Path) -> None:
    tensors = TensorFiles(index, torch.bfloat16)
    assert set(tensors) == {"a", "b"}
    assert len(tensors) == 2
    assert tensors["a"].tolist() == [0, 1, 2]
    assert tensors["b"].dtype is torch.bfloat16
    assert "c" not in tensors


def test_one_file_is_a_table_too(index: Path) -> None:
    file = index.parent / "one.safetensors"
    assert set(TensorFiles(file, torch.float32)) == {"a"}
    assert shards(file) == (file,)


def test_a_file_that_the_index_names_and_is_not_there_is_named(index: Path) -> None:
    (index.parent / "two.safetensors").unlink()
    with pytest.raises(WeightsInvalid, match=r"two\.safetensors is missing"):
        shards(index)


def test_an_index_cannot_lead_out_of_its_folder(index: Path) -> None:
    index.write_text(json.dumps({"weight_map": {"a": "../../etc/one.safetensors"}}))
    assert shards(index) == (index.parent / "one.safetensors",)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"weight_map": 3}'])
def test_what_is_no_index_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / INDEX).write_text(text)
    with pytest.raises(WeightsInvalid, match="index"):
        shards(tmp_path / INDEX)


def test_what_is_no_safetensors_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"nonsense")
    with pytest.raises(WeightsInvalid, match=r"model\.safetensors"):
        TensorFiles(tmp_path / "model.safetensors", torch.float32)
