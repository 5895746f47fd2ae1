"""From a name to a model: the files under a name are what the name says."""

from pathlib import Path

import pytest
from tiny_families import tiny_family

from unmask_model.families.open_model import open_model
from unmask_model.protocol.errors import ModelNotFound, WeightsInvalid
from unmask_model.weights.hub_models import HUB_MODELS
from unmask_model.weights.sources.cache import Cache


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("UNMASK_CACHE", str(tmp_path / "cache"))
    return Cache.of_user()


@pytest.mark.parametrize("name", ["dreamon", "llada", "sdar-1.7b", "fast-dllm-7b", "open-dcoder"])
def test_a_model_of_the_hub_is_opened_by_its_name(name: str, cache: Cache) -> None:
    tiny_family(cache.model(name), "dreamon" if name == "dreamon" else HUB_MODELS[name].family)
    opened = open_model(name)
    assert opened.name == name
    assert opened.denoiser.parallel


def test_a_model_that_was_not_fetched_is_told_with_the_command(cache: Cache) -> None:
    with pytest.raises(ModelNotFound, match="pull dreamon"):
        open_model("dreamon", download=True)


def test_files_of_another_family_are_not_opened_under_a_name(cache: Cache) -> None:
    tiny_family(cache.model("dreamon"), "llada")
    with pytest.raises(WeightsInvalid, match="of the family 'llada', not of 'dream'"):
        open_model("dreamon")


def test_a_diffusion_model_whose_mask_token_is_missing_is_not_read_left_to_right(
    cache: Cache,
) -> None:
    folder = cache.model("open-dcoder")
    tiny_family(folder, "open_dcoder")
    for name in ("tokenizer_config.json", "config.json", "tokenizer.json"):
        file = folder / name
        file.write_text(file.read_text().replace("mask_token", "other_token").replace("<M>", "<N>"))
    with pytest.raises(WeightsInvalid, match="those of a left-to-right model"):
        open_model("open-dcoder")
