"""Candidates: how they leave the first one, which are offered, and in which order."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from unmask_model.decoding.rewrite_ids import RewriteIds
from unmask_model.decoding.samplers import open_sampler
from unmask_model.engine.answer.branch import branches, mean_log_probability
from unmask_model.engine.answer.candidate import Candidate, Rival, Task
from unmask_model.engine.engine import Engine
from unmask_model.families.denoiser import Pass
from unmask_model.families.scripted.script import Rule, Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.request import InfillRequest, InfillResult, Rewrite, Span
from unmask_model.tokens.healing import PrefixConstraint

Ask = Callable[[Engine, InfillRequest], InfillResult]
SAMPLERS = ["autoregressive", "confidence", "verify"]
REQUEST = InfillRequest(left="x = ", right="\n", candidates=3)


def rules(*answers: str) -> Script:
    found = tuple(Rule(left_ends_with="x = ", answer=each) for each in answers)
    return Script(rules=found, default="")


def written(ids: Sequence[int], confidence: Sequence[float], chances: Sequence[float]) -> Candidate:
    model = Scripted()
    constraint = PrefixConstraint(model.vocabulary, None, frozenset({model.vocabulary.end}))
    candidate = Candidate(Task(sampler=open_sampler("verify")), model, constraint)
    candidate.ids, candidate.confidence = list(ids), list(confidence)
    candidate.rivals = [Rival(id=100 + k, confidence=chance) for k, chance in enumerate(chances)]
    return candidate


TASK = Task(sampler=open_sampler("verify"), branches=True)


def test_candidates_leave_the_first_where_the_second_best_was_likeliest() -> None:
    first = written([1, 2, 3], [0.9, 0.5, 0.6, 0.7], [0.1, 0.4, 0.2, 0.3])
    begun = [task.rewrite.ids for task in branches(first, TASK, 2, 0)]
    assert begun == [(1, 101), (1, 2, 3, 103)]
    assert branches(first, TASK, 1, 0)[0].rewrite.sure == (0.9, 0.4)


def test_another_seed_takes_other_branches() -> None:
    first = written([1, 2, 3], [0.9] * 4, [0.1, 0.4, 0.2, 0.3])
    places = [
        [len(task.rewrite.ids) - 1 for task in branches(first, TASK, 2, seed)] for seed in range(3)
    ]
    assert places == [[1, 3], [2, 0], [1, 3]]


def test_where_nothing_else_was_possible_there_is_no_branch() -> None:
    assert branches(written([1], [1.0], [0.0]), TASK, 3, 0) == []
    assert branches(written([], [], []), TASK, 3, 5) == []


def test_what_a_rewrite_keeps_its_branches_keep() -> None:
    first = written([1, 2, 3, 4], [1.0, 0.5, 1.0, 1.0], [0.0, 0.4, 0.0, 0.0])
    (task,) = branches(first, replace(TASK, rewrite=RewriteIds(ids=(1, None, 3, 4))), 2, 0)
    assert task.rewrite.ids == (1, 101, 3, 4)


def test_a_candidate_is_as_likely_as_its_tokens_on_average_end_included() -> None:
    short, long = written([1], [0.5, 0.5], []), written([1] * 9, [0.6] * 10, [])
    assert mean_log_probability(short) == pytest.approx(math.log(0.5))
    assert mean_log_probability(long) > mean_log_probability(short)
    assert mean_log_probability(written([1], [0.0], [])) == pytest.approx(math.log(1e-9))
    assert mean_log_probability(written([], [], [])) == 0.0


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_the_first_candidate_is_what_one_alone_would_be(sampler: str, ask: Ask) -> None:
    engine = Engine(Scripted(rules("a + b", "a - b", "c")))
    alone = ask(engine, replace(REQUEST, candidates=1, sampler=sampler))
    assert alone.alternatives == ()
    several = ask(engine, replace(REQUEST, candidates=8, sampler=sampler))
    assert several.text == alone.text == "a + b"
    assert several.confidence == alone.confidence
    assert "a - b" in several.alternatives


def test_candidates_may_be_longer_or_shorter_than_the_first(ask: Ask) -> None:
    longer = ask(Engine(Scripted(rules("a", "a.b"))), replace(REQUEST, candidates=2))
    assert (longer.text, longer.alternatives) == ("a", ("a.b",))
    shorter = ask(Engine(Scripted(rules("a.b", "a"))), replace(REQUEST, candidates=2))
    assert shorter.text == "a.b"
    assert shorter.alternatives[0] in ("a", "a.")


def test_a_branch_behind_the_first_block_keeps_the_blocks_before(ask: Ask) -> None:
    engine = Engine(Scripted(replace(rules("a" * 30 + "b", "a" * 30 + "c"), block=8)))
    result = ask(engine, replace(REQUEST, candidates=2))
    assert (result.text, result.alternatives) == ("a" * 30 + "b", ("a" * 30 + "c",))


def test_a_rewrite_has_candidates_too(ask: Ask) -> None:
    engine = Engine(Scripted(rules("a + b", "a - b")))
    rewrite = Rewrite(text="a * b", redo=(Span(start=2, end=3),))
    result = ask(engine, replace(REQUEST, rewrite=rewrite, candidates=2, sampler="confidence"))
    assert (result.text, result.alternatives) == ("a + b", ("a - b",))


class Counting(Scripted):
    """Keeps how many canvases went through it in each pass."""

    def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
        self.canvases = [*getattr(self, "canvases", []), len(passes)]
        return super().logits(passes)


def test_branches_are_written_in_the_same_passes(ask: Ask) -> None:
    model = Counting(rules("alpha", "alps", "amber", "bee"))
    ask(Engine(model), replace(REQUEST, candidates=4))
    assert model.canvases == sorted(model.canvases)
    assert model.canvases[0] == 1 < model.canvases[-1]


def test_a_branch_there_was_no_time_for_is_not_offered(slow_engine: Engine, ask: Ask) -> None:
    request = InfillRequest(left="long = [", right="\n", candidates=3)
    assert len(ask(slow_engine, request).alternatives) == 2
    hurried = ask(slow_engine, replace(request, budget_ms=300))
    assert hurried.text
    assert hurried.alternatives == ()
