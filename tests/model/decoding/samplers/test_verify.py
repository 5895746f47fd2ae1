"""Drafts that are checked left to right."""

from collections.abc import Callable

import pytest
import torch

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.proposal import Guesses, Proposal
from unmask_model.decoding.sampler import Query
from unmask_model.decoding.samplers.verify import Verify

Answer = Callable[[Query], Proposal]
END = 0

fused_or_not = pytest.mark.parametrize("lookahead", [0, 1, 3])


def two_readings(drafted: list[int], right: list[int]) -> Answer:
    """Draft `drafted`, check with `right`, as a model's two readings do."""

    def answer(query: Query) -> Proposal:
        source = right if query.causal else drafted
        places = query.places.tolist()
        guesses = [[(drafted + [9] * 9)[p + 1 + k] for k in range(query.lookahead)] for p in places]
        return Proposal(
            places=query.places,
            ids=torch.tensor([source[place] for place in places]),
            confidence=torch.full((len(places),), 0.99),
            lookahead=Guesses(
                ids=torch.tensor(guesses),
                confidence=torch.full((len(places), query.lookahead), 0.99),
            )
            if query.lookahead
            else None,
        )

    return answer


def run(verify: Verify, canvas: Canvas, answer: Answer) -> list[Query]:
    """Run a sampler to its end; return its queries."""
    steps = verify(canvas)
    queries = [next(steps)]
    while True:
        try:
            queries.append(steps.send(answer(queries[-1])))
        except StopIteration:
            return queries


@fused_or_not
@pytest.mark.parametrize(
    "drafted", [[1] * 6, [5, 6, 7, 1, 1, 1], [5, 0, 0, 0, 0, 0], [5, 6, 7, 8, 0, 0]]
)
def test_the_answer_is_the_left_to_right_reading_whatever_was_drafted(
    lookahead: int, drafted: list[int]
) -> None:
    canvas = Canvas.blank(6, END)
    run(Verify(lookahead=lookahead), canvas, two_readings(drafted, [5, 6, 7, 8, 0, 3]))
    assert canvas.block() == [5, 6, 7, 8]
    assert canvas.done


@fused_or_not
def test_a_canvas_without_an_end_is_filled_to_its_last_place(lookahead: int) -> None:
    canvas = Canvas.blank(5, END)
    run(Verify(lookahead=lookahead), canvas, two_readings([5, 6, 1, 8, 9], [5, 6, 7, 8, 9]))
    assert canvas.ids.tolist() == [5, 6, 7, 8, 9]


def test_a_draft_of_its_own_costs_a_pass_and_saves_as_many_as_it_has_right() -> None:
    canvas = Canvas.blank(6, END)
    answers = [5, 6, 7, 8, 0, 0]
    assert len(run(Verify(lookahead=0), canvas, two_readings(answers, answers))) == 2


def test_separate_drafts_start_behind_what_was_kept() -> None:
    canvas = Canvas.blank(6, END)
    answer = two_readings([5, 6, 9, 9, 9, 9], [5, 6, 7, 8, 9, 9])
    drafts = [q.places.tolist() for q in run(Verify(lookahead=0), canvas, answer) if not q.causal]
    assert drafts == [[0, 1, 2, 3, 4, 5], [3, 4, 5], [4, 5]]


def test_fused_every_pass_is_a_check_that_drafts_the_next() -> None:
    canvas = Canvas.blank(8, END)
    answers = [5, 6, 7, 8, 4, 3, 0, 0]
    queries = run(Verify(lookahead=2), canvas, two_readings(answers, answers))
    assert all(query.causal for query in queries)
    assert [query.places.tolist() for query in queries] == [[0], [1, 2, 3], [4, 5, 6]]


def test_an_unlikely_draft_is_not_checked() -> None:
    canvas = Canvas.blank(4, END)
    answer = two_readings([5, 6, 7, 8], [5, 6, 7, 8])

    def unsure(query: Query) -> Proposal:
        told = answer(query)
        assert told.lookahead is not None
        low = Guesses(ids=told.lookahead.ids, confidence=told.lookahead.confidence * 0.1)
        return Proposal(places=told.places, ids=told.ids, confidence=told.confidence, lookahead=low)

    assert [len(q.places) for q in run(Verify(lookahead=2), canvas, unsure)] == [1, 1, 1, 1]


def test_a_draft_goes_on_as_the_context_did() -> None:
    canvas = Canvas.blank(8, END, before=[7, 8, 4, 3, 2, 1, 5, 6])
    answers = [7, 8, 4, 3, 2, 9, 0, 0]
    queries = run(
        Verify(lookahead=1, repeated=2, min_acceptance=0.15), canvas, two_readings(answers, answers)
    )
    assert [query.places.tolist() for query in queries] == [[0], [1, 2, 3, 4, 5], [6]]
    assert canvas.block() == [7, 8, 4, 3, 2, 9]


def test_what_the_context_repeats_is_checked_like_every_draft() -> None:
    canvas = Canvas.blank(6, END, before=[5, 6, 1, 1, 1, 5, 6])
    run(Verify(lookahead=1, repeated=2), canvas, two_readings([9] * 6, [7, 8, 0, 0, 0, 0]))
    assert canvas.block() == [7, 8]


def test_a_draft_never_reaches_behind_its_canvas() -> None:
    before = [1, 2, 3] * 5
    canvas = Canvas.blank(4, END, before=before)
    answers = [1, 2, 3, 1]
    queries = run(Verify(lookahead=4, repeated=2), canvas, two_readings(answers, answers))
    assert max(int(query.places.max()) for query in queries) == 3
    assert canvas.ids.tolist() == answers
