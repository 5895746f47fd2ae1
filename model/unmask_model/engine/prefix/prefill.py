"""Reads the context of one request: as much of it as the time allows.

Where only a small window fits, the whole one is put down to be read when the engine is idle, so
that the next request of the document finds it.
"""

from dataclasses import dataclass, field

from unmask_model.engine.answer.work import ChunkWanted, Reading, Tools
from unmask_model.engine.cost.canvas_plan import SHORTEST_CANVAS, largest_read, windows
from unmask_model.engine.prefix.prefix_cache import ContextRead, Key
from unmask_model.families.denoiser import Context, Prompt
from unmask_model.families.prompt import Tokenized, alike
from unmask_model.protocol.deadline import Deadline
from unmask_model.protocol.request import InfillRequest


@dataclass(slots=True, kw_only=True)
class Reader:
    """The context of a request."""

    request: InfillRequest
    """Whose context is read."""
    tools: Tools
    """The engine's."""
    deadline: Deadline
    """When the answer is due."""
    _key: Key = field(default="", init=False)

    def read(self, left: str) -> Reading:
        """Read `left`, which may be backed up, and the other texts of the request."""
        text = Tokenized(
            self.tools.denoiser.vocabulary,
            left,
            self.request.right,
            self.request.snippets,
            self.tools.denoiser.window,
        )
        full = text.prompt(self.tools.denoiser.window)
        self._key = self.tools.contexts.claim(self.request.document, full)
        yield from self._go_on_with_unfinished(full)
        prompt = self._choose(text)
        context = yield from self._finish(self._start(prompt))
        if prompt != full:
            self._put_down(full)
        return context

    def close(self) -> None:
        """Let other requests go on with what was read: this one's answer is at its end."""
        self.tools.contexts.release(self._key)

    def drop(self) -> None:
        """Let nobody go on with what was read: it may be broken."""
        self.tools.contexts.drop(self._key)

    def _start(self, prompt: Prompt) -> ContextRead:
        return self.tools.contexts.start(self._key, prompt)

    def _put_down(self, full: Prompt) -> None:
        """Leave the whole window to be read when the engine is idle."""
        if self.tools.contexts.under_way(self._key) is None:
            self.tools.contexts.start(self._key, full, reuse=False)

    def _go_on_with_unfinished(self, full: Prompt) -> Reading:
        """Finish an earlier read of the document where that leaves time and is of use."""
        contexts, unfinished = self.tools.contexts, self.tools.contexts.under_way(self._key)
        if unfinished is None:
            return None
        if not alike(full, unfinished.prompt):
            contexts.drop_unfinished(self._key)
        elif self.tools.timings.read_ms(unfinished.unread) < self.deadline.left_ms / 2:
            return (yield from self._finish(unfinished))
        return None

    def _finish(self, read: ContextRead) -> Reading:
        while read.context is None:
            if (yield ChunkWanted(unread=read.unread)) is None:
                return None
            read.advance()
        self.tools.contexts.keep(self._key, read)
        context: Context = read.context
        return context

    def _choose(self, text: Tokenized) -> Prompt:
        """Return the largest window that can be read in time."""
        prompts = [text.prompt(tokens) for tokens in windows(self.tools.denoiser.window)]
        tools, places, canvases = self.tools, 2 * SHORTEST_CANVAS, self.request.candidates
        read_ms = [
            tools.timings.read_ms(tools.contexts.unread(self._key, prompt))
            + tools.search_ms(places, prompt.tokens)
            for prompt in prompts
        ]
        pass_ms = [
            tools.pass_ms(places * canvases, [prompt.tokens] * canvases) for prompt in prompts
        ]
        return prompts[largest_read(read_ms, pass_ms, self.deadline.left_ms)]
