"""The text half of the product, around an engine in this process."""

import asyncio
from dataclasses import dataclass, replace

from holes import Hole

from unmask_lsp.context.window import window
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.repair import repair
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.text.documents import Snapshot
from unmask_model.engine.engine import Engine
from unmask_model.protocol.request import InfillRequest, InfillResult


@dataclass(frozen=True, slots=True)
class InProcess:
    """An engine in this process, as a filler of the text half."""

    engine: Engine
    """Who answers."""

    async def fill(self, request: InfillRequest) -> InfillResult:
        """Answer; what is asked meanwhile shares the engine's steps."""
        for event in self.engine.fill(request):
            if isinstance(event, InfillResult):
                return event
            await asyncio.sleep(0)
        raise AssertionError("an engine ends with a result")


def snapshot_of(name: str, language: str, left: str, right: str) -> Snapshot:
    """Return a file with the cursor between two texts."""
    return Snapshot(
        uri=f"file:///{name}",
        version=1,
        language=language,
        text=left + right,
        cursor=len(left),
        line=left.count("\n"),
        line_start=left.rfind("\n") + 1,
    )


def snapshot_in(hole: Hole) -> Snapshot:
    """Return a hole's file with the cursor in the hole."""
    name, text = f"{hole.document.package}/{hole.document.path}", hole.text
    return snapshot_of(name, hole.document.language, text[: hole.start], text[hole.start :])


async def inserted(engine: InProcess, request: InfillRequest) -> InfillResult:
    """Return an answer as the text half puts it into a hole that it is asked to fill.

    Python that it breaks is redone, what still does not fit is cut, and a line break that the next
    line needs is there.
    """
    view = replace(window(snapshot_of("row", "python", request.left, request.right)), final=True)
    result = await repair(await engine.fill(request), request, view, engine)
    shown = suggest(result.text, view, cursor=len(request.left), max_lines=request.max_lines)
    return replace(result, text="" if isinstance(shown, SilenceReason) else shown.text)
