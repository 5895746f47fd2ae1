"""Which model is read with which sampler."""

import pytest
from variants import variants_of

from unmask_model.protocol.errors import RequestInvalid


def test_one_model_takes_all_samplers() -> None:
    names = [variant.name for variant in variants_of(["small"], ["confidence", "autoregressive"])]
    assert names == ["small confidence", "small autoregressive"]


def test_several_models_take_one_sampler_each_in_order() -> None:
    found = variants_of(["small", "base"], ["confidence", "autoregressive"])
    assert [variant.name for variant in found] == ["small confidence", "base autoregressive"]


def test_a_sampler_may_be_followed_by_the_text_half() -> None:
    plain, inserted = variants_of(["small"], ["verify:lookahead=2", "verify:lookahead=2+inserted"])
    assert (plain.sampler, plain.inserted) == ("verify:lookahead=2", False)
    assert (inserted.sampler, inserted.inserted) == ("verify:lookahead=2", True)
    assert inserted.name == "small verify:lookahead=2+inserted"


@pytest.mark.parametrize(
    ("models", "samplers"),
    [(["small", "base"], ["confidence"]), (["small"], ["confidence", "confidence"])],
)
def test_what_is_not_clear_is_refused(models: list[str], samplers: list[str]) -> None:
    with pytest.raises(RequestInvalid, match="--sampler"):
        variants_of(models, samplers)
