"""Who is taken in: a request that could only be answered too late is told so at once.

A clear "busy" beats an answer that misses its deadline, and the requests in work keep their time.
"""

from collections.abc import Sequence

from unmask_model.engine.answer.steps import EngineState
from unmask_model.engine.cost.canvas_plan import ANSWER_MS, SHORTEST_CANVAS, SMALLEST_WINDOW
from unmask_model.engine.job import Job
from unmask_model.protocol.deadline import Deadline
from unmask_model.protocol.errors import EngineBusy


def admit(jobs: Sequence[Job], most: int, deadline: Deadline, state: EngineState) -> None:
    """Raise EngineBusy where `most` requests are in work, or the time is too short among them.

    A request for which the time would be too short on an idle engine too is let in: its answer
    is empty, and says so by its stop reason.
    """
    if len(jobs) >= most:
        raise EngineBusy(f"{len(jobs)} requests are in work; ask again in a moment")
    alone, among = _least_ms((), state), _least_ms(jobs, state)
    if alone <= deadline.left_ms < among:
        raise EngineBusy(
            f"with {len(jobs)} requests in work an answer takes {among:.0f} ms at least, and"
            f" {deadline.left_ms:.0f} ms are left; ask again in a moment"
        )


def _least_ms(jobs: Sequence[Job], state: EngineState) -> float:
    """Return what the shortest answer takes: its turn to read, and one pass with the others."""
    reads = 1 + sum(1 for job in jobs if job.unread)
    passes = [one for job in jobs for one in job.passes]
    slots = SHORTEST_CANVAS + sum(one.slots for one in passes)
    contexts = [SMALLEST_WINDOW, *(one.context.tokens for one in passes)]
    read_ms = state.costs.read_ms(SMALLEST_WINDOW)
    return reads * read_ms + state.pass_ms(slots, contexts) + ANSWER_MS
