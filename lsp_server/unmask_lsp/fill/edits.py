"""Edits a person asks for: what belongs into the holes of a document, to choose from.

Everything outside the holes stays as it is, byte by byte. Several holes are filled from the top
down, each with those above it filled already. Nothing here applies an edit, and nothing knows LSP.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

from unmask_lsp.context.window import window
from unmask_lsp.fill.holes import Hole
from unmask_lsp.settings import Eagerness, Settings
from unmask_lsp.suggest.candidates import candidates
from unmask_lsp.suggest.completion import off
from unmask_lsp.suggest.filler import Filler
from unmask_lsp.suggest.repair import repair
from unmask_lsp.suggest.show_policy import most_lines
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.text.documents import Snapshot, with_newlines
from unmask_model.protocol.request import InfillRequest, Rewrite, Span

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

    @property
    def text(self) -> str:
        """What is put in, of all holes."""
        return "\n".join(replacement.text.strip("\r\n") for replacement in self.replacements)

    @property
    def label(self) -> str:
        """What tells it from the others in a list."""
        lines = [line.strip() for line in self.text.splitlines() if line.strip()]
        more = f" (+{len(lines) - 1} lines)" if len(lines) > 1 else ""
        return f"{next(iter(lines), 'nothing')[:LABEL]}{more}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A document whose holes are filled, and by whom."""

    snapshot: Snapshot
    """The document as it was when it was asked."""
    settings: Settings
    """What the user set."""
    filler: Filler
    """Who answers."""
    candidates: int
    """How many edits are wanted."""

    async def of(self, holes: tuple[Hole, ...]) -> tuple[Candidate, ...] | SilenceReason:
        """Edits that fill the holes, best first, or why there is none.

        Raises UnmaskError when nobody can answer.
        """
        if reason := off(self.snapshot, self.settings):
            return reason
        if not holes:
            return SilenceReason.NO_HOLE
        choices: list[list[Replacement]] = []
        text, grown = self.snapshot.text, 0
        for hole in holes:
            here = hole.moved(grown)
            blocks = await self._blocks(text, here)
            if not blocks:
                continue
            choices.append([Replacement(start=hole.start, end=hole.end, text=b) for b in blocks])
            text = text[: here.start] + blocks[0] + text[here.end :]
            grown += len(blocks[0]) - (hole.end - hole.start)
        return tuple(_candidates(choices)) or SilenceReason.EMPTY

    async def _blocks(self, text: str, hole: Hole) -> list[str]:
        """What may take the place of a hole in a text, best first, each once."""
        left, right = text[: hole.start] + hole.before, hole.after + text[hole.end :]
        gap = self.snapshot.at(left + right, len(left))
        view = replace(window(gap), final=True)
        request = InfillRequest(
            left=view.left,
            right=view.right,
            snippets=view.snippets,
            rewrite=_rewrite(text, hole),
            candidates=self.candidates,
            budget_ms=self.settings.asked_budget_ms,
            max_tokens=MAX_TOKENS,
            max_lines=most_lines(view, Eagerness.MANUAL, 0),
            document=f"{os.getpid()} {self.snapshot.uri} edit",
        )
        result = await repair(await self.filler.fill(request), request, view, self.filler)
        found = candidates(result, view, cursor=gap.cursor, max_lines=request.max_lines)
        blocks = (hole.before + one.text + hole.after for one in found)
        new = (block for block in blocks if block != text[hole.start : hole.end])
        return [block for block in new if _keeps_rest(block, text, hole)]


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
