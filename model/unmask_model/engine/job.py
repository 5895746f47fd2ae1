"""A request in work: its answer, what that waits for, and who is told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from unmask_model.engine.answer.answer import Answer
from unmask_model.engine.answer.steps import Answering, ForwardStep, PrefillStep, Reply
from unmask_model.families.denoiser import Pass
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.event import Event
from unmask_model.protocol.request import InfillResult, StopReason


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A request in work."""

    answer: Answer
    tell: Callable[[Event], None]
    """Called with snapshots of the block, and once with the end."""
    done: bool = False
    """Whether the end was told, or nobody wants to know it any more."""
    alone: bool = False
    """Whether it shares no pass: one that it shared has failed."""
    _run: Answering = field(init=False)
    _wanted: PrefillStep | ForwardStep | None = None

    def __post_init__(self) -> None:
        self._run = self.answer.run()

    @property
    def unread(self) -> int:
        """Context tokens it wants to be read; 0 if it waits for something else."""
        return self._wanted.unread if isinstance(self._wanted, PrefillStep) else 0

    @property
    def passes(self) -> tuple[Pass, ...]:
        """Canvases it wants to be passed through the model."""
        return self._wanted.passes if isinstance(self._wanted, ForwardStep) else ()

    def go_on(self, reply: Reply) -> None:
        """Do what was wanted and find out what is wanted next."""
        try:
            self._wanted = self._run.send(reply)
        except StopIteration as end:
            self.end(end.value)
        except UnmaskError as error:
            self.end(error)
        else:
            if isinstance(self._wanted, ForwardStep) and self._wanted.snapshot:
                self.tell(self._wanted.snapshot)

    def end(self, event: InfillResult | UnmaskError) -> None:
        """Tell how it ended."""
        self.leave()
        self.tell(event)

    def supersede(self) -> None:
        """End because a newer request of the same document came."""
        self.end(self.answer.nothing(StopReason.SUPERSEDED))

    def leave(self) -> None:
        """Stop in the middle; nothing more is told."""
        self.done = True
        self._wanted = None
        self._run.close()
