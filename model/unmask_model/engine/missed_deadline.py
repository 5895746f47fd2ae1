"""Which passes and reads are not started, because they would end after the deadline.

What is given instead of a pass is not decided here: `Candidate.settle` (`answer/candidate.py`)
gives the committed places, and of samplers that see all places (`confidence`, `fixed`) the newest
guess at the others too. A pass that has started always finishes, so an answer is late by no more
than the error of the estimate.
"""

from collections.abc import Callable, Sequence

from unmask_model.engine.cost.canvas_plan import ANSWER_MS
from unmask_model.engine.job import Job


def too_late(job: Job, expected_ms: float) -> bool:
    """Whether what is expected to take so long would end behind the job's deadline."""
    return expected_ms + ANSWER_MS > left_ms(job)


def left_ms(job: Job) -> float:
    """Milliseconds a job has left; infinite without a deadline."""
    return job.answer.deadline.left_ms


def in_time(
    ready: Sequence[Job], pass_ms: Callable[[list[Job]], float]
) -> tuple[list[Job], list[Job]]:
    """Return the jobs of the next pass, most urgent first, and those for which it is too late.

    As many go together as keep the deadline of the most urgent one; the others wait for a later
    pass. It is too late for a job only if its own pass alone would be.
    """
    live: list[Job] = []
    late: list[Job] = []
    for job in sorted(ready, key=left_ms):
        if too_late(job, pass_ms([job])):
            late.append(job)
        elif not live or not too_late(live[0], pass_ms([*live, job])):
            live.append(job)
    return live, late
