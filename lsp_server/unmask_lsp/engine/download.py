"""Offers the weights of a model to the person in the editor, and fetches them if told to.

The fetching is the command `unmask pull` in a process of its own: converting a base takes memory
that a language server should not hold. Nothing is fetched without consent; no question is asked
twice.
"""

import asyncio
import re
import sys
from collections.abc import Callable

from unmask_lsp.engine.listener import EngineListener, Report
from unmask_model.protocol.errors import DownloadFailed, UnmaskError

YES = "Download"
NO = "Not now"

_PERCENT = re.compile(r"(.*): (\d+) %")


class Download:
    """Fetches weights; the offer to is made once for each model."""

    def __init__(
        self,
        listener: EngineListener,
        in_words: Callable[[str], str],
        are_here: Callable[[str], bool],
        command: tuple[str, ...] = (sys.executable, "-m", "unmask_lsp", "pull", "--yes"),
    ) -> None:
        self._listener = listener
        self._in_words = in_words
        self.are_here = are_here
        self._command = command
        self._asked: set[str] = set()

    async def offer(self, model: str) -> bool:
        """Ask once, fetch, and say whether the weights are here now."""
        if model in self._asked:
            return False
        self._asked.add(model)
        try:
            brings = self._in_words(model)
            question = f"Unmask needs the weights of {model!r}: {brings}. Download now?"
        except UnmaskError as error:
            self._listener.warn(str(error))
            return False
        return await self._listener.ask(question, YES, NO) == YES and await self.fetch(model)

    async def fetch(self, model: str) -> bool:
        """Fetch what a person wants, and say whether the weights are here now."""
        self._asked.add(model)
        try:
            async with self._listener.progress(model, f"Unmask: fetching {model}") as report:
                await self._pull(model, report)
        except UnmaskError as error:
            self._listener.warn(str(error))
            return False
        return True

    async def _pull(self, model: str, report: Report) -> None:
        report(f"fetching {model}", None)
        pull = await asyncio.create_subprocess_exec(
            *self._command,
            model,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        assert pull.stderr is not None
        line = ""
        async for raw in pull.stderr:
            line = raw.decode(errors="replace").strip()
            percent = _PERCENT.fullmatch(line)
            report(*(percent[1], int(percent[2]) / 100) if percent else (line, None))
        if await pull.wait():
            raise DownloadFailed(line or f"`unmask pull {model}` failed; run it in a terminal")
