"""The fit of what the search over lengths expects."""

from pathlib import Path

import length_bias
import pytest
from tiny_families import tiny_family

from unmask_model.decoding.length import GRID, Bias
from unmask_model.families.open_family import open_family
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.transformer.execution import Execution, Weights

TEXT = "def area(radius):\n    return 3.14 * radius * radius\n" * 12


@pytest.fixture
def model(tmp_path: Path):
    return open_family(
        "llada", tiny_family(tmp_path / "llada", "llada").files, Execution(weights=Weights.FLOAT32)
    )


def test_a_curve_is_found_again_from_its_values() -> None:
    true = Bias(a=0.8, b=1.2, c=0.4, d=0.05, e=0.3)
    found = length_bias.fit({places: true(places) for places in GRID})
    assert all(abs(found(places) - true(places)) < 0.01 for places in GRID)


def test_holes_have_the_length_that_is_said_and_are_scored_at_wrong_ones(model) -> None:
    for prompt, length in length_bias.cut_holes(model, [TEXT], holes=4, seed=0):
        both = model.vocabulary.decode(prompt.left) + "\0" + model.vocabulary.decode(prompt.right)
        left, _, right = both.partition("\0")
        assert left in TEXT
        assert right in TEXT
        found = length_bias.score(model, prompt, length)
        assert set(found) == {each for each in GRID if abs(each - length) > 4}
        assert all(0 < value <= 1 for value in found.values())


def test_means_are_of_the_scores_there_are() -> None:
    means = length_bias.mean_by_length(iter([{1: 0.2, 8: 0.5}, {1: 0.4}]))
    assert means == pytest.approx({1: 0.3, 8: 0.5})


def test_too_little_text_is_one_line(model) -> None:
    with pytest.raises(RequestInvalid, match="long enough"):
        list(length_bias.cut_holes(model, ["x = 1\n"], holes=1, seed=0))
