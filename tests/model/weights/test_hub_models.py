"""The open models that can be fetched by name agree with the families that open them."""

from importlib import import_module
from pathlib import Path

import pytest

from unmask_model.families import FAMILIES
from unmask_model.weights.bases import BASES
from unmask_model.weights.catalogue import MODELS, is_path, weights_of
from unmask_model.weights.hub_models import BLOCK_BY_BLOCK, HUB_MODELS, HubModel
from unmask_model.weights.sources.cache import Cache

EACH = pytest.mark.parametrize("model", HUB_MODELS.values(), ids=lambda model: model.name)


@EACH
def test_a_pinned_commit_is_a_whole_hash(model: HubModel):
    assert model.revision == "" or len(model.revision) == 40
    assert set(model.revision) <= set("0123456789abcdef")


@EACH
def test_its_note_is_true_of_its_family(model: HubModel):
    pytest.importorskip("transformers", reason="families of open models need the extra `gpu`")
    family = import_module(FAMILIES[model.family]).FAMILY
    assert bool(family.default_block) == (model.family in BLOCK_BY_BLOCK)


def test_every_family_can_be_fetched_and_no_name_stands_for_two_things():
    assert {model.family for model in HUB_MODELS.values()} == set(FAMILIES)
    assert len({model.repo for model in HUB_MODELS.values()}) == len(HUB_MODELS)
    assert not set(HUB_MODELS) & (set(MODELS) | set(BASES))
    revisions = [model.revision for model in HUB_MODELS.values() if model.revision]
    assert len(set(revisions)) == len(revisions)


def test_a_folder_in_the_working_folder_is_not_taken_for_a_model_of_that_name(
    tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "dreamon").mkdir()
    assert not is_path("dreamon")
    assert is_path("./dreamon")


def test_names_of_every_kind_lead_to_their_weights(cache: Cache):
    assert weights_of("dreamon") is HUB_MODELS["dreamon"]
    assert weights_of("small") is weights_of("qwen2.5-coder-0.5b-instruct-q4_k_m")
    assert weights_of("scripted") is None
    assert not HUB_MODELS["dreamon"].is_here(cache)


@EACH
def test_fewer_bits_need_less_memory(model: HubModel):
    sizes = [model.shape.gigabytes(bits, 16) for bits in (4.5, 8, 16)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == pytest.approx(1.1 * model.size / 1e9)


def test_the_docs_name_each_with_its_commit():
    page = (Path(__file__).parents[3] / "docs" / "models.md").read_text(encoding="utf-8")
    for model in HUB_MODELS.values():
        commit = f"`{model.revision[:12]}`" if model.revision else "newest"
        assert f"| `{model.name}` | {model.repo} | {commit} | {model.licence} |" in page
