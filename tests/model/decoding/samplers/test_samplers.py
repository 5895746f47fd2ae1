"""What every sampler has to keep, on every model family that runs without weights."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from proposals import proposed

from unmask_model.decoding.canvas import Canvas, Ids
from unmask_model.decoding.proposal import Proposal
from unmask_model.decoding.samplers import SAMPLERS, open_sampler
from unmask_model.decoding.samplers.confidence import Confidence
from unmask_model.decoding.samplers.fixed import Fixed
from unmask_model.engine.engine import Engine
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult, StopReason

Ask = Callable[[Engine, InfillRequest], InfillResult]
REQUEST = InfillRequest(left="def f(x):\n    retu", right="\n", document="a")

every_sampler = pytest.mark.parametrize("name", SAMPLERS)


def proposal(places: Ids, confidence: list[float]) -> Proposal:
    return proposed(places, (places + 10).tolist(), confidence[: len(places)])


def run(name: str, confidence: list[float], places: int) -> tuple[Canvas, list[list[int]]]:
    """Unmask a canvas with the same confidences at every step; also return what was asked."""
    canvas = Canvas.blank(places, end=0)
    return canvas, finish(name, canvas, lambda open_places: proposal(open_places, confidence))


def finish(name: str, canvas: Canvas, answer: Callable[[Ids], Proposal]) -> list[list[int]]:
    """Run a sampler to its end; return the places it asked about at each step."""
    steps = open_sampler(name)(canvas)
    asked = []
    query = next(steps)
    while True:
        asked.append(query.places.tolist())
        try:
            query = steps.send(answer(query.places))
        except StopIteration:
            return asked


@every_sampler
def test_a_sampler_ends_with_every_place_committed(name: str) -> None:
    canvas, _ = run(name, [0.1, 0.99, 0.5, 0.95, 0.2], 5)
    assert canvas.done
    assert canvas.ids.tolist() == [10, 11, 12, 13, 14]


@every_sampler
def test_a_sampler_asks_about_open_places_only_and_gets_on_at_every_step(name: str) -> None:
    """A round of `verify` is two steps: a draft, and its check."""
    _, asked = run(name, [0.1] * 5, 5)
    for before, after in zip(asked, asked[2:], strict=False):
        assert set(after) != set(before)
    assert len(asked) <= 10


@every_sampler
def test_a_sampler_can_do_with_proposals_for_fewer_places_than_it_asked_about(name: str) -> None:
    canvas = Canvas.blank(4, end=0)
    finish(name, canvas, lambda places: proposal(places[:1], [0.1]))
    assert canvas.done


@every_sampler
def test_an_end_closes_the_places_behind_it(name: str) -> None:
    canvas = Canvas.blank(6, end=11)
    finish(name, canvas, lambda places: proposal(places, [0.99] * 6))
    assert canvas.block() == [10]


@every_sampler
def test_the_same_request_gets_the_same_answer(name: str, engine: Engine, ask: Ask) -> None:
    request = replace(REQUEST, sampler=name, candidates=3, seed=7)
    first, again = ask(engine, request), ask(engine, request)
    assert first.text == again.text == "rn x + 1\n"
    assert first.alternatives == again.alternatives
    assert first.stop_reason is StopReason.END


@every_sampler
@pytest.mark.parametrize("left", ["def f(x):\n    retu", "long = [", "greeting = "])
def test_the_settled_part_of_a_snapshot_grows_and_is_what_the_answer_starts_with(
    name: str, left: str, engine: Engine
) -> None:
    *snapshots, result = engine.fill(replace(REQUEST, left=left, sampler=name))
    assert isinstance(result, InfillResult)
    settled = [one.text[: one.settled] for one in snapshots if isinstance(one, BlockSnapshot)]
    assert settled == sorted(settled, key=len)
    assert all(result.text.startswith(text) for text in settled)
    assert settled[-1]


def test_what_a_sampler_only_tries_is_never_on_the_canvas() -> None:
    canvas = Canvas.blank(4, end=0)
    steps = open_sampler("verify:lookahead=0")(canvas)
    next(steps)
    query = steps.send(proposal(canvas.open_places, [0.9] * 4))
    assert query.draft.tolist() == [10, 11, 12]
    assert canvas.block() == []
    assert canvas.masked.all()


@every_sampler
def test_a_request_can_be_dropped_after_any_step(name: str, engine: Engine, ask: Ask) -> None:
    whole = len(list(engine.fill(replace(REQUEST, sampler=name))))
    for steps in range(whole):
        running = engine.fill(replace(REQUEST, sampler=name))
        for _ in range(steps):
            next(running)
        running.close()  # type: ignore[attr-defined]
        assert not engine.busy
    assert ask(engine, replace(REQUEST, sampler=name)).text == "rn x + 1\n"


@every_sampler
def test_the_model_reads_causally_what_a_left_to_right_sampler_asks(name: str) -> None:
    query = next(open_sampler(name)(Canvas.blank(5, end=0)))
    assert query.causal == (name in {"autoregressive", "verify"})
    assert query.places.tolist() == ([0] if query.causal else [0, 1, 2, 3, 4])


def test_confidence_commits_all_it_is_sure_of_and_at_least_one() -> None:
    _, asked = run("confidence", [0.95, 0.2, 0.91, 0.3], 4)
    assert asked[:2] == [[0, 1, 2, 3], [1, 3]]
    _, asked = run("confidence", [0.2, 0.6, 0.3, 0.3], 4)
    assert asked[1] == [0, 2, 3]


def test_confidence_takes_an_end_only_when_everything_before_it_is_known() -> None:
    canvas = Canvas.blank(4, end=12)  # what is proposed at place 2
    steps = open_sampler("confidence:threshold=0.9")(canvas)
    next(steps)
    steps.send(proposal(canvas.open_places, [0.5, 0.8, 0.99, 0.7]))
    assert canvas.masked.tolist() == [True, False, True, True]
    with pytest.raises(StopIteration):
        steps.send(proposal(canvas.open_places, [0.95, 0.95, 0.95]))
    assert canvas.block() == [10, 11]


def test_fixed_commits_equal_shares_and_takes_no_pass_more() -> None:
    _, asked = run("fixed:passes=3", [0.1, 0.9, 0.8, 0.2, 0.3, 0.4, 0.5], 7)
    assert [len(places) for places in asked] == [7, 4, 2]
    assert asked[1] == [0, 3, 4, 5]


def test_options_of_a_sampler_are_part_of_its_name() -> None:
    assert open_sampler("confidence:threshold=0.7") == Confidence(threshold=0.7)
    assert open_sampler("fixed:passes=2") == Fixed(passes=2)


@pytest.mark.parametrize(
    "spec",
    [
        "best",
        "",
        "confidence:tau=1",
        "confidence:threshold",
        "confidence:threshold=2",
        "confidence:threshold=nan",
        "fixed:passes=many",
        "fixed:passes=0",
        "verify:lookahead=-1",
        "verify:longest=1000000",
    ],
)
def test_a_sampler_that_is_not_understood_is_an_invalid_request(spec: str) -> None:
    with pytest.raises(RequestInvalid):
        open_sampler(spec)


@pytest.mark.parametrize(("places", "passes"), [(10, 4), (8, 3), (5, 5), (7, 1), (3, 6)])
def test_fixed_commits_as_many_places_a_step_as_llada_publishes(places: int, passes: int) -> None:
    """`get_num_transfer_tokens` of its generate.py: equal shares, the first ones one more."""
    canvas = Canvas.blank(places, end=0)
    asked = finish(f"fixed:passes={passes}", canvas, lambda left: proposal(left, [0.5] * len(left)))
    open_before = [len(each) for each in asked] + [0]
    shares = [before - after for before, after in pairwise(open_before)]
    base, more = divmod(places, passes)
    assert shares == [share for share in [base + 1] * more + [base] * (passes - more) if share]


def test_options_keep_their_old_names(caplog: pytest.LogCaptureFixture) -> None:
    assert open_sampler("verify:ahead=3,odds=0.5") == open_sampler(
        "verify:lookahead=3,min_acceptance=0.5"
    )
    assert "sampler option ahead is now called lookahead" in caplog.text
