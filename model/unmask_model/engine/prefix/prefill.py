"""Reads the context of one request: as much of it as the time allows.

Where only a small window fits, the whole one is put down to be read when the engine is idle, so
that the next request of the document finds it.
"""

from dataclasses import dataclass, field

from unmask_model.engine.answer.work import EngineState, PrefillStep, Reading
from unmask_model.engine.cost.canvas_plan import SHORTEST_CANVAS, largest_read, windows
from unmask_model.engine.prefix.prefix_cache import ContextRead, Key
from unmask_model.families.denoiser import Context, Prompt
from unmask_model.families.prompt import Tokenized, alike
from unmask_model.protocol.deadline import Deadline
from unmask_model.protocol.request import InfillRequest


@dataclass(slots=True, kw_only=True)
class Prefill:
    """The context of a request."""

    request: InfillRequest
    """Whose context is read."""
    state: EngineState
    """The engine's."""
    deadline: Deadline
    """When the answer is due."""
    _key: Key = field(default="", init=False)

    def read(self, left: str) -> Reading:
        """Read `left`, which may be backed up, and the other texts of the request."""
        text = Tokenized(
            self.state.denoiser.vocabulary,
            left,
            self.request.right,
            self.request.snippets,
            self.state.denoiser.window,
        )
        full = text.prompt(self.state.denoiser.window)
        self._key = self.state.contexts.claim(self.request.document, full)
        yield from self._go_on_with_unfinished(full)
        prompt = self._choose(text)
        context = yield from self._finish(self._start(prompt))
        if prompt != full:
            self._put_down(full)
        return context

    def close(self) -> None:
        """Let other requests go on with what was read: this one's answer is at its end."""
        self.state.contexts.release(self._key)

    def drop(self) -> None:
        """Let nobody go on with what was read: it may be broken."""
        self.state.contexts.drop(self._key)

    def _start(self, prompt: Prompt) -> ContextRead:
        return self.state.contexts.start(self._key, prompt)

    def _put_down(self, full: Prompt) -> None:
        """Leave the whole window to be read when the engine is idle."""
        if self.state.contexts.under_way(self._key) is None:
            self.state.contexts.start(self._key, full, reuse=False)

    def _go_on_with_unfinished(self, full: Prompt) -> Reading:
        """Finish an earlier read of the document where that leaves time and is of use."""
        contexts, unfinished = self.state.contexts, self.state.contexts.under_way(self._key)
        if unfinished is None:
            return None
        if not alike(full, unfinished.prompt):
            contexts.drop_unfinished(self._key)
        elif self.state.costs.read_ms(unfinished.unread) < self.deadline.left_ms / 2:
            return (yield from self._finish(unfinished))
        return None

    def _finish(self, read: ContextRead) -> Reading:
        while read.context is None:
            if (yield PrefillStep(unread=read.unread)) is None:
                return None
            read.advance()
        self.state.contexts.keep(self._key, read)
        context: Context = read.context
        return context

    def _choose(self, text: Tokenized) -> Prompt:
        """Return the largest window that can be read in time."""
        prompts = [text.prompt(tokens) for tokens in windows(self.state.denoiser.window)]
        state, places, canvases = self.state, 2 * SHORTEST_CANVAS, self.request.candidates
        read_ms = [
            state.costs.read_ms(state.contexts.unread(self._key, prompt))
            + state.search_ms(places, prompt.tokens)
            for prompt in prompts
        ]
        pass_ms = [
            state.pass_ms(places * canvases, [prompt.tokens] * canvases) for prompt in prompts
        ]
        return prompts[largest_read(read_ms, pass_ms, self.deadline.left_ms)]
