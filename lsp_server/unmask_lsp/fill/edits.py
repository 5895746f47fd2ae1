"""Edits a person asks for: what belongs into the holes of a document, to choose from.

Everything outside the holes stays as it is, byte by byte. Several holes are filled from the top
down, each with those above it filled already. Nothing here applies an edit, and nothing knows LSP.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from unmask_lsp.context.window import window
from unmask_lsp.fill.holes import Hole
from unmask_lsp.suggest.engine_request import Answer, Infill, Wanted
from unmask_lsp.suggest.filler import Filler
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.text.documents import Snapshot, with_newlines
from unmask_lsp.text.stopwatch import Stopwatch
from unmask_model.protocol.request import Rewrite, Span

MAX_TOKENS = 256
"""Most tokens of a block that is asked for by name: a body may be long."""
LABEL = 60
"""Most characters of a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Text that takes the place of some other."""

    start: int
    """First character that is replaced."""
    end: int
    """One past the last."""
    text: str
    """What is there afterwards, with the file's own line ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of the edits to choose from."""

    replacements: tuple[Replacement, ...]
    """What changes, from the top down; none touches another."""
    label: str = ""
    """What tells it from the others in a list."""

    @property
    def text(self) -> str:
        """What is put in, of all holes."""
        return "\n".join(replacement.text.strip("\r\n") for replacement in self.replacements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What came of one hole."""

    trace: RequestTrace
    """What the engine was asked, and what it said."""
    blocks: tuple[str, ...] = ()
    """What may take the place of the hole, best first, each once, and none as it is now."""
    silence: SilenceReason | None = None
    """Why there is no block, where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """What came of the holes of a document."""

    candidates: tuple[Candidate, ...] = ()
    """Edits that fill them, best first."""
    silence: SilenceReason | None = None
    """Why there is no edit, where there is none."""
    traces: tuple[RequestTrace, ...] = ()
    """What the engine was asked for each hole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A document whose holes are filled, and by whom."""

    snapshot: Snapshot
    """The document as it was when it was asked."""
    wanted: Wanted
    """What is asked for in each hole."""
    filler: Filler
    """Who answers."""

    async def of(self, holes: tuple[Hole, ...]) -> Edits:
        """Edits that fill the holes; raises UnmaskError when nobody can answer."""
        if not holes:
            return Edits(silence=SilenceReason.NO_HOLE)
        choices: list[list[Replacement]] = []
        filled: list[Filled] = []
        text, grown = self.snapshot.text, 0
        for hole in holes:
            here = hole.moved(grown)
            filled.append(found := await self.fill(text, here))
            if found.silence:
                continue
            choices.append(
                [Replacement(start=hole.start, end=hole.end, text=b) for b in found.blocks]
            )
            text = text[: here.start] + found.blocks[0] + text[here.end :]
            grown += len(found.blocks[0]) - (hole.end - hole.start)
        return Edits(
            candidates=_labelled(tuple(_candidates(choices))),
            silence=None if choices else filled[0].silence,
            traces=tuple(one.trace for one in filled),
        )

    async def fill(self, text: str, hole: Hole) -> Filled:
        """What belongs into one hole of a text that stands in the document's place."""
        watch = Stopwatch()
        left, right = text[: hole.start] + hole.before, hole.after + text[hole.end :]
        gap = self.snapshot.at(left + right, len(left))
        view = replace(window(gap), final=True)
        infill = Infill.of(gap, view, self.wanted, _rewrite(text, hole))
        watch.lap("window")
        answer = await infill.answer(self.filler, watch)
        blocks = [hole.before + one.text + hole.after for one in answer.choices]
        new = [block for block in blocks if block != text[hole.start : hole.end]]
        kept = tuple(block for block in new if _keeps_rest(block, text, hole))
        silence = None if kept else _silence(answer, is_new=bool(new))
        watch.lap("postprocess")
        trace = answer.trace(gap, silence or answer.outcome, watch.ms)
        return Filled(trace=trace, blocks=kept, silence=silence)


def _silence(answer: Answer, *, is_new: bool) -> SilenceReason:
    """Why no block is left of an answer, of which something new was or was not."""
    if isinstance(answer.outcome, SilenceReason):
        return answer.outcome
    if answer.is_late:
        return SilenceReason.BUDGET
    return SilenceReason.LOSES_REST if is_new else SilenceReason.SAME


def _rewrite(text: str, hole: Hole) -> Rewrite | None:
    """What stands in the hole, if only a part of it is to be thought about again."""
    if hole.redo is None:
        return None
    start, end = hole.redo
    kept, again = with_newlines(text[hole.start : start]), with_newlines(text[start:end])
    whole = kept + again + with_newlines(text[end : hole.end])
    return Rewrite(text=whole, redo=(Span(start=len(kept), end=len(kept) + len(again)),))


def _keeps_rest(block: str, text: str, hole: Hole) -> bool:
    """Whether what stood behind a part to redo is still there; not where the time was up first."""
    rest = text[hole.redo[1] : hole.end] if hole.redo else ""
    return with_newlines(block).rstrip().endswith(with_newlines(rest).rstrip())


def _candidates(choices: list[list[Replacement]]) -> Iterator[Candidate]:
    """The k-th takes the k-th choice of every hole, or the last where there are fewer."""
    for k in range(max(map(len, choices), default=0)):
        taken = (choice[min(k, len(choice) - 1)] for choice in choices)
        yield Candidate(replacements=tuple(taken))


def _labelled(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Each with its first line, or of those that begin alike the first that they do not share."""
    texts = [
        [line for line in map(str.strip, one.text.splitlines()) if line] or ["nothing"]
        for one in candidates
    ]
    labels = (_label(own, [one for one in texts if one[0] == own[0]]) for own in texts)
    pairs = zip(candidates, labels, strict=True)
    return tuple(replace(candidate, label=label) for candidate, label in pairs)


def _label(own: list[str], alike: list[list[str]]) -> str:
    shared = set(own).intersection(*alike) if len(alike) > 1 else set()
    line = next((line for line in own if line not in shared), own[0])
    more = f" (+{len(own) - 1} lines)" if len(own) > 1 else ""
    return f"{'' if line == own[0] else '… '}{line[:LABEL]}{more}"
