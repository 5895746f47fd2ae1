"""How long a hole is, where the model does not say so itself."""

import itertools

import numpy as np

from unmask_model.decoding.canvas import Chances
from unmask_model.decoding.length import Bias, EndPlaces, Expansion, Search


def sure(places: int, probability: float) -> Chances:
    """A canvas whose best ids all have a probability."""
    return np.full(places, probability, np.float32)


def as_usual(search: Search, lengths: list[int], factor: float = 1.0) -> list[Chances]:
    return [sure(places, factor * search.bias(places) / 1.8) for places in lengths]


def test_lengths_grow_geometrically_up_to_what_there_is_room_for() -> None:
    lengths = Search().lengths(40)
    assert lengths == sorted(set(lengths))
    assert lengths[-1] == 40
    assert all(b <= 2 * a for a, b in itertools.pairwise(lengths))
    assert Search().lengths(1) == [1]


def test_short_canvases_are_not_taken_for_looking_good() -> None:
    search, lengths = Search(), [2, 8, 32]
    tables = as_usual(search, lengths)
    assert search.best([tables[0], sure(8, 1.2 * search.bias(8) / 1.8), tables[2]]) == 8
    plain = [float(table.mean()) for table in tables]
    assert plain[0] == max(plain)


def test_the_bias_falls_to_a_floor() -> None:
    values = [Bias()(places) for places in (1, 2, 4, 8, 16, 32, 64, 96)]
    assert values == sorted(values, reverse=True)
    assert abs(values[-1] - Bias().e) < 0.01


def test_marks_are_the_ids_without_text_that_a_family_may_put_at_a_place() -> None:
    assert EndPlaces().marks(7) == {7}
    assert Expansion(expand=3).marks(7) == {3, 7}
    assert Search().marks(7) == frozenset()


def test_a_block_whose_length_a_rewrite_says_has_it() -> None:
    assert len(Search().canvas(20, 5, exact=True, end=0)) == 5
    assert len(Expansion(expand=3, start=8).canvas(20, 5, exact=True, end=0)) == 5


def test_behind_the_start_of_a_block_there_is_room_for_its_rest() -> None:
    assert len(Search().canvas(20, 5, exact=False, end=0)) == 20
    assert len(Expansion(expand=3, start=8).canvas(20, 5, exact=False, end=0)) == 13
    assert len(EndPlaces().canvas(20, 5, exact=False, end=0)) == 20
