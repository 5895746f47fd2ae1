"""Other candidates: where a finished one could have gone on in another way, and which is the best.

A branch says what the first candidate says up to a place, the second best id there, and whatever
the model goes on with; what a rewrite keeps, it keeps too. The places where the second best was
likeliest make the branches: an END may be the second best or what is given up for it, so that
candidates differ in length too. They are written after the first candidate, all together: it is as
good and as soon as if it were alone.
"""

import math
from dataclasses import replace

from unmask_model.decoding.rewrite_ids import RewriteIds
from unmask_model.engine.answer.candidate import Candidate, Task

LEAST = 1e-9
"""Probabilities are not taken to be less, so that each has a logarithm."""


def branches(first: Candidate, task: Task, count: int, seed: int) -> list[Task]:
    """Return what up to `count` further candidates have to write; `first` has written `task`.

    Seed 0 takes the likeliest branches, 1 the next ones, and so on.
    """
    forks = [place for place, rival in enumerate(first.rivals) if rival.confidence > 0]
    forks.sort(key=lambda place: -first.rivals[place].confidence)
    skipped = seed * count % max(len(forks), 1)
    chosen = [*forks[skipped:], *forks[:skipped]][:count]
    return [_branch(first, task, place) for place in chosen]


def mean_log_probability(candidate: Candidate) -> float:
    """Return how likely a candidate is, by token, its END counted."""
    logs = [math.log(max(each, LEAST)) for each in candidate.confidence]
    return sum(logs) / max(len(logs), 1)


def _branch(first: Candidate, task: Task, place: int) -> Task:
    rival = first.rivals[place]
    rewrite = RewriteIds(
        ids=(*first.ids[:place], rival.id, *task.rewrite.ids[place + 1 :]),
        sure=(*first.confidence[:place], rival.confidence),
    )
    return replace(task, rewrite=rewrite, branches=False)
