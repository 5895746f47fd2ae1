"""Drafts that are checked left to right."""

from collections.abc import Callable

import numpy as np
import pytest
from proposals import proposed

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.proposal import Guesses, Proposal, agreed
from unmask_model.decoding.sampler import Query
from unmask_model.decoding.samplers.verify import Verify

Answer = Callable[[Query], Proposal]
END = 0

fused_or_not = pytest.mark.parametrize("lookahead", [0, 1, 3])


def two_readings(drafted: list[int], right: list[int], chance: float = 0.99) -> Answer:
    """Draft `drafted`, check with `right`, as a model's two readings do."""

    def answer(query: Query) -> Proposal:
        source = right if query.causal else drafted
        places = query.places.tolist()
        ids = [source[place] for place in places]
        last = min(agreed(np.array(ids), query.draft), len(places) - 1)
        behind = [(drafted + [9] * 9)[places[last] + 1 + k] for k in range(query.lookahead)]
        guesses = Guesses(
            behind=last,
            ids=np.array(behind),
            confidence=np.full(query.lookahead, chance, np.float32),
        )
        told = guesses if last in query.guessed.tolist() else None
        return proposed(query.places, ids, [0.99] * len(places), told)

    return answer


def run(
    verify: Verify, canvas: Canvas, answer: Answer, outlook: Outlook | None = None
) -> list[Query]:
    """Run a sampler to its end; return its queries."""
    steps = verify(canvas, outlook)
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
    queries = run(Verify(lookahead=2, min_acceptance=0.2), canvas, two_readings(answers, answers))
    assert all(query.causal for query in queries)
    assert [query.places.tolist() for query in queries] == [[0], [1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("verify", [Verify(min_acceptance=0.2), Verify()])
def test_an_unlikely_draft_is_not_checked(verify: Verify) -> None:
    canvas = Canvas.blank(4, END)
    unsure = two_readings([5, 6, 7, 8], [5, 6, 7, 8], chance=0.01)
    assert [len(query.places) for query in run(verify, canvas, unsure)] == [1, 1, 1, 1]


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


def test_where_rows_are_dear_guesses_hang_behind_the_likeliest_stop_alone() -> None:
    canvas = Canvas.blank(8, END)
    answers = [5, 6, 7, 8, 4, 3, 0, 0]
    steep = Outlook(pass_ms=lambda rows: 25.0 + 5.0 * rows)
    queries = run(Verify(), canvas, two_readings(answers, answers), steep)
    assert canvas.block() == [5, 6, 7, 8, 4, 3]
    assert all(len(query.guessed) <= 1 for query in queries)


def test_a_pass_has_no_more_rows_than_fit() -> None:
    canvas = Canvas.blank(12, END, before=[1, 2, 3] * 9)
    answers = [1, 2, 3] * 4
    few = Outlook(most_rows=lambda: 3)
    queries = run(Verify(), canvas, two_readings(answers, answers), few)
    assert max(len(query.places) + query.lookahead * len(query.guessed) for query in queries) == 3


def test_drafts_that_never_hold_are_tried_less() -> None:
    outlook = Outlook(pass_ms=lambda rows: 20.0 + 8.0 * rows)
    first = Canvas.blank(8, END)
    wrong = two_readings([9] * 8, [5, 6, 7, 8, 4, 3, 2, 1], chance=0.8)
    tried = [len(query.draft) for query in run(Verify(), first, wrong, outlook)]
    for _ in range(10):
        later = Canvas.blank(8, END)
        last = [len(query.draft) for query in run(Verify(), later, wrong, outlook)]
    assert sum(last) < sum(tried)
