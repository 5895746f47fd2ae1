"""What a request for a suggestion came to, and how: for logs, counts and the answer to "why?"."""

from dataclasses import dataclass, field

from unmask_lsp.context.context_budget import Taken
from unmask_lsp.context.window import ContextWindow
from unmask_lsp.suggest.score import first_line, score
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.text.documents import Snapshot
from unmask_model.protocol.request import InfillRequest, InfillResult


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTrace:
    """One request, as far as it came."""

    snapshot: Snapshot
    """The document when it was asked."""
    outcome: Suggestion | SilenceReason
    """What is shown, or why nothing is."""
    view: ContextWindow | None = None
    """What was cut out for the model; None if it did not come to that."""
    request: InfillRequest | None = None
    """What the engine was asked; None if it was not asked."""
    result: InfillResult | None = None
    """What the engine answered; None if it did not."""
    requests: int = 0
    """How many requests the engine answered for it: a block may go back to be repaired."""
    least_score: float = 0.0
    """The score that was needed."""
    ms: dict[str, float] = field(default_factory=dict)
    """Milliseconds per stage of the text half, in order; `engine` is the time spent waiting."""
    taken: tuple[Taken, ...] = ()
    """What each source of context gave, and took, when it was last asked for this place."""

    @property
    def score(self) -> float | None:
        """How sure the model was of the first line of its block; None where it made none."""
        return score(self.result, first_line(self.result.text)) if self.result else None

    def __str__(self) -> str:
        """One line for logs; says nothing of the text."""
        shown = "shown"
        if isinstance(self.outcome, SilenceReason):
            shown = f"nothing shown, {self.outcome}"
        parts = [f"{self.snapshot.uri} version {self.snapshot.version}: {shown}"]
        if self.result and self.view:
            parts.append(f"{self.view.site}, score {self.score:.2f}")
            parts.append(f"{self.result.stop_reason} after {self.result.steps} steps")
            parts += [f"{stage} {ms:.0f} ms" for stage, ms in (self.ms | self.result.ms).items()]
        return "; ".join(parts)
