"""Reads the context of one request: as much of it as the time allows.

What was read of the document before is worth more than a window of its own: a window is chosen by
what of it must be read. Where the whole window does not fit, it is left to be read when the engine
is idle, beside the one in use. Where only the right side has changed a little (an editor closed a
bracket, a line break went between two braces, somebody mended a word further down), the right side
as it was read stands in for it until the new one is read: the base reads it first, so that
anything else would read the whole window again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from unmask_model.engine.answer.steps import EngineState, PrefillStep, Reading
from unmask_model.engine.cost.canvas_plan import (
    SHORTEST_CANVAS,
    SHORTEST_CHECK,
    first_that_fits,
    windows,
)
from unmask_model.engine.prefix.prefix_cache import ContextRead, Key
from unmask_model.families.denoiser import Context, Prompt
from unmask_model.families.prompt import Tokenized, alike, nearly
from unmask_model.protocol.deadline import Deadline
from unmask_model.protocol.request import InfillRequest

SOON_MS = 1000.0
"""A window that is read in this time comes first where nothing of a document was read yet."""


@dataclass(slots=True, kw_only=True)
class Prefill:
    """The context of a request."""

    request: InfillRequest
    """Whose context is read."""
    state: EngineState
    """The engine's."""
    deadline: Deadline
    """When the answer is due."""
    unread: int = field(default=0, init=False)
    """Tokens that were to be read for what was chosen."""
    tokens: int = field(default=0, init=False)
    """Tokens of what was chosen."""
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
        true = [text.prompt(window) for window in windows(self.state.denoiser.window)]
        self._key = self.state.prefix_cache.claim(self.request.document, true[0])
        yield from self._go_on_with_unfinished(true)
        prompt = self._choose(self._prompts(text))
        self.unread = self.state.prefix_cache.unread(self._key, prompt)
        self.tokens = prompt.tokens
        self._leave_for_later(true, prompt)
        return (yield from self._finish(self._start(prompt)))

    def close(self) -> None:
        """Let other requests go on with what was read: this one's answer is at its end."""
        self.state.prefix_cache.release(self._key)

    def drop(self) -> None:
        """Let nobody go on with what was read: it may be broken."""
        self.state.prefix_cache.drop(self._key)

    def _start(self, prompt: Prompt) -> ContextRead:
        unfinished = self.state.prefix_cache.under_way(self._key)
        if unfinished is not None and unfinished.prompt == prompt:
            return unfinished
        return self.state.prefix_cache.start(self._key, prompt)

    def _leave_for_later(self, true: Sequence[Prompt], prompt: Prompt) -> None:
        """Have the whole window read when the engine is idle; before it one that is there soon."""
        contexts, costs = self.state.prefix_cache, self.state.costs
        if prompt == true[0]:
            contexts.settle_for(self._key)
            return
        later = [true[0]]
        is_first = contexts.kept(self._key) is None and contexts.under_way(self._key) is None
        if is_first and costs.read_ms(true[0].tokens) > SOON_MS:
            soon = [each for each in true if costs.read_ms(each.tokens) <= SOON_MS]
            later = [*(soon or true[-1:])[:1], true[0]]
        contexts.want(self._key, later)

    def _go_on_with_unfinished(self, true: Sequence[Prompt]) -> Reading:
        """Finish an earlier read of the document where that leaves time and is of use."""
        contexts, unfinished = self.state.prefix_cache, self.state.prefix_cache.under_way(self._key)
        if unfinished is None:
            return None
        if not any(alike(each, unfinished.prompt) for each in true):
            contexts.settle_for(self._key)
        elif self.state.costs.read_ms(unfinished.unread) < self.deadline.left_ms / 2:
            return (yield from self._finish(unfinished))
        return None

    def _finish(self, read: ContextRead) -> Reading:
        while read.context is None:
            if (yield PrefillStep(unread=read.unread)) is None:
                return None
            read.advance()
        self.state.prefix_cache.keep(self._key, read)
        context: Context = read.context
        return context

    def _prompts(self, text: Tokenized) -> list[Prompt]:
        """Windows to choose from, the most wanted first; stale and longer ones behind the true."""
        kept = self.state.prefix_cache.kept(self._key)
        return [
            prompt
            for window in windows(self.state.denoiser.window)
            for prompt in self._variants(text, window, kept)
        ]

    def _variants(self, text: Tokenized, window: int, kept: Prompt | None) -> list[Prompt]:
        true, late = text.prompt(window), text.prompt(window, late=True)
        if kept is None or not nearly(true.right, kept.right):
            return [true]
        as_read = {"right": kept.right, "snippets": kept.snippets}
        return [true, late, replace(true, **as_read), replace(late, **as_read)]

    def _choose(self, prompts: list[Prompt]) -> Prompt:
        """Return the first window that can be read in time, else the one that is read soonest."""
        state, canvases = self.state, self.request.candidates
        places = SHORTEST_CHECK if state.denoiser.causal else 2 * SHORTEST_CANVAS
        read_ms = [
            state.costs.read_ms(state.prefix_cache.unread(self._key, prompt))
            + state.search_ms(places, prompt.tokens)
            for prompt in prompts
        ]
        pass_ms = [
            state.pass_ms(places * canvases, [prompt.tokens] * canvases) for prompt in prompts
        ]
        return prompts[first_that_fits(read_ms, pass_ms, self.deadline.left_ms)]
