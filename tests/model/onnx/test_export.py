"""A base and an adapter become a folder once; each pair, form and format has its own."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import SPECIALS, TinyModel, tiny_model

from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.onnx.export import converted
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.transformer.adapter import Adapter
from unmask_model.weights.base_files import BaseFiles, Origin
from unmask_model.weights.sources.cache import Cache


@pytest.fixture
def model(tmp_path: Path) -> TinyModel:
    return tiny_model(tmp_path, "qwen2")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(root=tmp_path / "cache")


def origin(model: TinyModel) -> Origin:
    return Origin(sha256=model.files.sha256, files=lambda: model.files)


def test_it_is_made_once_and_says_where_it_stands(model: TinyModel, cache: Cache) -> None:
    def gone() -> BaseFiles:
        raise AssertionError("the base is not read again")

    told: list[tuple[str, int, int]] = []
    folder = converted(origin(model), model.adapter, cache, lambda *news: told.append(news))
    parts = [news[1:] for news in told if news[0].startswith("preparing")]
    assert parts == [(0, 3), (1, 3), (2, 3)]
    again = Origin(sha256=model.files.sha256, files=gone)
    assert converted(again, model.adapter, cache) == folder


def test_each_adapter_and_form_has_a_folder_of_its_own(model: TinyModel, cache: Cache) -> None:
    made = {
        converted(origin(model), model.adapter, cache),
        converted(origin(model), None, cache),
        converted(origin(model), model.adapter, cache, form="all4"),
    }
    assert len(made) == 3


def test_nothing_is_left_of_what_failed(model: TinyModel, cache: Cache) -> None:
    model.files.config.write_text('{"model_type": "mamba"}')
    with pytest.raises(WeightsInvalid, match="mamba"):
        converted(origin(model), model.adapter, cache)
    assert not list((cache.root / "onnx").iterdir())


def test_an_adapter_of_another_base_is_refused(model: TinyModel, cache: Cache) -> None:
    with pytest.raises(WeightsInvalid, match="was trained on base"):
        converted(Origin(sha256="1" * 64, files=lambda: model.files), model.adapter, cache)


def test_the_tokenizer_is_there(model: TinyModel, cache: Cache) -> None:
    folder = converted(origin(model), model.adapter, cache)
    vocabulary = Vocabulary.open(folder / "tokenizer.json", SPECIALS[0])
    assert vocabulary.decode(vocabulary.encode("x = 1")) == "x = 1"


def test_a_trimmed_head_has_the_columns_of_its_ids(model: TinyModel, cache: Cache) -> None:
    ids = torch.tensor([2, 40, 256], dtype=torch.int32)
    change = Adapter.open(model.adapter, model.files.sha256)
    trimmed = Adapter(tensors=change.tensors | {"head_ids": ids}, metadata=change.metadata)
    whole = OnnxDecoder.open(converted(origin(model), model.adapter, cache))
    trimmed.save(model.adapter)
    found = OnnxDecoder.open(converted(origin(model), model.adapter, cache))
    assert found.head_ids is not None
    assert found.head_ids.tolist() == ids.tolist()
    rows = np.random.default_rng(0).standard_normal((4, 32)).astype(np.float32)
    assert np.allclose(found.head(rows), whole.head(rows)[:, ids.numpy()], atol=1e-5)


@pytest.mark.parametrize("form", ["gateup4", "all4"])
def test_fewer_bits_say_nearly_the_same(model: TinyModel, cache: Cache, form: str) -> None:
    ids, places = np.arange(20), np.arange(20)
    asked = (ids, places, np.zeros(20, bool), [], np.tri(20, dtype=bool))
    folders = [converted(origin(model), model.adapter, cache, form=each) for each in ("all8", form)]
    plain, fewer = (OnnxDecoder.open(folder).forward(*asked)[0] for folder in folders)
    lost = np.linalg.norm(fewer - plain) / np.linalg.norm(plain)
    assert 0.005 < lost < 0.6
