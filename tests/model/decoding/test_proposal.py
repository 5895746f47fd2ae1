"""What the model proposes: by numpy, and by torch where the logits are on its device."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from unmask_model.decoding.canvas import Ids
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.proposal import Choice, agreed, choose
from unmask_model.families import reduction

Logits = NDArray[np.float32]
Chooser = Callable[[Logits, Constraints, Ids | None], Choice]


def by_torch(logits: Logits, constraints: Constraints, head_ids: Ids | None = None) -> Choice:
    return reduction.choose([torch.from_numpy(logits)], [constraints], head_ids)[0]


def by_numpy(logits: Logits, constraints: Constraints, head_ids: Ids | None = None) -> Choice:
    return choose(logits.copy(), constraints, head_ids)


either = pytest.mark.parametrize("chooser", [by_numpy, by_torch], ids=["numpy", "torch"])
FREE = Constraints()


def table(*rows: list[float]) -> Logits:
    return np.array(rows, np.float32)


def softmax(row: list[float]) -> NDArray[np.float64]:
    heights = np.exp(np.array(row, np.float64))
    result: NDArray[np.float64] = heights / heights.sum()
    return result


@either
def test_the_most_probable_id_is_proposed_with_its_probability(chooser: Chooser) -> None:
    choice = chooser(table([0.0, 2.0, 1.0], [3.0, 0.0, 0.0]), FREE, None)
    assert choice.ids.tolist() == [1, 0]
    assert choice.confidence[0] == pytest.approx(softmax([0.0, 2.0, 1.0])[1])
    assert choice.confidence[1] == pytest.approx(softmax([3.0, 0.0, 0.0])[0])


@either
def test_equal_ids_are_decided_for_the_first(chooser: Chooser) -> None:
    assert chooser(np.zeros((1, 5), np.float32), FREE, None).ids.tolist() == [0]


@either
def test_a_trimmed_head_proposes_ids_not_columns(chooser: Chooser) -> None:
    choice = chooser(table([0.0, 2.0, 1.0]), FREE, np.array([10, 20, 30]))
    assert (choice.ids.tolist(), choice.second.tolist()) == ([20], [30])


@either
def test_the_second_best_is_the_most_probable_of_the_others(chooser: Chooser) -> None:
    choice = chooser(table([0.0, 2.0, 1.0], [1.0, 1.0, 0.0]), FREE, None)
    assert choice.second.tolist() == [2, 1]
    assert choice.second_confidence[0] == pytest.approx(softmax([0.0, 2.0, 1.0])[2])


@either
def test_what_is_ruled_out_is_never_chosen_and_the_free_choice_is_told(chooser: Chooser) -> None:
    rules = Constraints(
        mute=np.array([0]), width=4, barred_rows=np.array([1]), barred_columns=np.array([2])
    )
    choice = chooser(table([9.0, 1.0, 2.0, 0.0, 9.0], [9.0, 1.0, 2.0, 0.0, 9.0]), rules, None)
    assert choice.ids.tolist() == [2, 1]
    assert choice.free.tolist() == [2, 2]


@either
def test_the_first_row_spells_what_was_typed(chooser: Chooser) -> None:
    rules = Constraints(spelling=np.array([1, 3]))
    choice = chooser(table([9.0, 1.0, 2.0, 0.0], [9.0, 1.0, 2.0, 0.0]), rules, None)
    assert choice.ids.tolist() == [1, 0]
    assert choice.free.tolist() == [0, 0]


@given(
    st.lists(
        st.lists(st.integers(-40, 40).map(lambda n: n / 4), min_size=6, max_size=6),
        min_size=1,
        max_size=5,
    ),
    st.sets(st.integers(0, 5), max_size=2),
    st.integers(3, 6),
)
def test_numpy_and_torch_choose_alike(rows: list[list[float]], mute: set[int], width: int) -> None:
    rules = Constraints(
        mute=np.array(sorted(column for column in mute if column < width - 2), np.int64),
        width=width,
        barred_rows=np.array([0]),
        barred_columns=np.array([width - 1]),
    )
    ours, theirs = by_numpy(table(*rows), rules), by_torch(table(*rows), rules)
    assert ours.ids.tolist() == theirs.ids.tolist()
    assert ours.free.tolist() == theirs.free.tolist()
    assert np.allclose(ours.confidence, theirs.confidence, atol=1e-6)
    assert np.allclose(ours.second_confidence, theirs.second_confidence, atol=1e-6)


def test_low_precision_logits_give_whole_probabilities() -> None:
    logits = torch.randn(3, 1000, generator=torch.Generator().manual_seed(0))
    exact, rough = (
        reduction.choose([each], [FREE], None)[0] for each in (logits, logits.to(torch.bfloat16))
    )
    assert rough.confidence.tolist() == pytest.approx(exact.confidence.tolist(), rel=0.05)


def test_a_draft_is_agreed_with_up_to_the_first_other_id() -> None:
    said = np.array([5, 6, 7, 8])
    assert agreed(said, np.array([5, 6, 1, 8])) == 2
    assert agreed(said, np.array([5, 6, 7])) == 3
    assert agreed(said, np.array([], np.int64)) == 0
