import numpy as np
from retrieval import _learn, _right, _window

from unmask_model.memory.chances import Case, Chances
from unmask_model.memory.draft import Draft, Origin
from unmask_model.memory.segment import GAP


def test_only_what_is_right_from_the_first_on_counts() -> None:
    assert _right([1, 2, 3], [1, 2, 4, 5]) == 2
    assert _right([9, 2], [1, 2]) == 0
    assert _right([], [1]) == 0
    assert _right([1, 2], [1, 2, 3]) == 2


def test_a_window_ends_at_the_place_and_does_not_show_the_hole() -> None:
    ids = np.arange(1000, dtype=np.int32)
    window = _window(ids, 700).tolist()
    assert window[-1] == 699
    assert window.index(GAP) == 128
    assert not set(window) & set(range(700, 740))


def test_what_would_not_be_checked_teaches_nothing() -> None:
    chances = Chances()
    cases = tuple(Case(near=True, alone=True, length=n, share=1.0) for n in (3, 4, 5))
    before = [chances.rate(case) for case in cases]
    place = Origin(name="a.py", place=0)
    _learn(chances, Draft(ids=(1, 2, 3), chances=(1, 1, 1), cases=cases, origin=place), [1, 9, 3])
    after = [chances.rate(case) for case in cases]
    assert after[0] > before[0]
    assert after[1] < before[1]
    assert after[2] == before[2]
