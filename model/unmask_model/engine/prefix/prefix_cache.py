"""The contexts an engine has read, so that typing reads only what is new.

Of each document the newest whole one is kept. Beside it a longer or newer one may be under way:
it takes its place when it is done, never before. A read that was left in the middle, because its
request was taken back or its time was up, can be gone on with later. A request that names no
document goes on with what an earlier one of its kind has read and nobody uses, if that is at least
half of what it wants.
"""

from collections import OrderedDict
from collections.abc import Sequence
from itertools import count

from unmask_model.families.denoiser import Context, Denoiser, Prompt
from unmask_model.families.prompt import alike

Key = str | int
"""Name of a document, or a number that stands for one where a request has no name."""


class ContextRead:
    """A context that is being read, chunk by chunk."""

    def __init__(self, denoiser: Denoiser, prompt: Prompt, reuse: Context | None) -> None:
        self.prompt = prompt
        self.context: Context | None = None
        self.unread = 0
        self._chunks = denoiser.prefill(prompt, reuse)
        self._send(None)

    def advance(self, most: int | None = None) -> None:
        """Read one chunk, of `most` tokens at most."""
        self._send(most)

    def _send(self, most: int | None) -> None:
        """Go on; the first call, made already, only counts the tokens."""
        try:
            self.unread = self._chunks.send(most)
        except StopIteration as done:
            self.unread, self.context = 0, done.value


class PrefixCache:
    """The newest contexts of a few documents."""

    def __init__(self, denoiser: Denoiser, tokens: int) -> None:
        self._denoiser = denoiser
        self._tokens = tokens
        self._kept: OrderedDict[Key, ContextRead] = OrderedDict()
        self._under_way: dict[Key, ContextRead] = {}
        self._wanted: dict[Key, list[Prompt]] = {}
        self._numbers = count()
        self._claimed: set[Key] = set()

    def claim(self, document: str, prompt: Prompt) -> Key:
        """Return the key of a request's context, which nobody else is given until `release`."""
        key = document or self._closest(prompt)
        self._claimed.add(key)
        return key

    def release(self, key: Key) -> None:
        """Let others go on with what was read under a key."""
        self._claimed.discard(key)

    def kept(self, document: Key) -> Prompt | None:
        """Return what was read whole of a document."""
        read = self._kept.get(document)
        return read.prompt if read else None

    def unread(self, document: Key, prompt: Prompt) -> int:
        """Count the tokens of `prompt` that would have to be read."""
        return self._denoiser.unread(prompt, self._reusable(document))

    def under_way(self, document: Key) -> ContextRead | None:
        """Return the unfinished read of a document."""
        return self._under_way.get(document)

    def start(self, document: Key, prompt: Prompt) -> ContextRead:
        """Begin to read; what is kept of the document stays until this is done."""
        read = ContextRead(self._denoiser, prompt, self._reusable(document))
        if read.context is None:
            self._under_way[document] = read
        self.keep(document, read)
        return read

    def keep(self, document: Key, read: ContextRead) -> None:
        """Hold on to a read if it is finished; the documents used longest ago are forgotten."""
        if read.context is None:
            return
        if self._under_way.get(document) is read:
            del self._under_way[document]
        self._kept[document] = read
        self._kept.move_to_end(document)
        while len(self._kept) > 1 and self._held() > self._tokens:
            forgotten, _ = self._kept.popitem(last=False)
            self._wanted.pop(forgotten, None)

    def want(self, document: Key, prompts: Sequence[Prompt]) -> None:
        """Leave prompts to be read when the engine is idle, the first one first."""
        self._wanted[document] = list(prompts)

    def settle_for(self, document: Key) -> None:
        """Want no more than what is kept of a document."""
        self._wanted.pop(document, None)
        self._under_way.pop(document, None)

    def drop(self, document: Key) -> None:
        """Let go of everything that was read of a document."""
        self._kept.pop(document, None)
        self.settle_for(document)

    def forget(self) -> None:
        """Let go of everything that was read, whole or in part."""
        self._kept.clear()
        self._under_way.clear()
        self._wanted.clear()

    def advance(self, most: int, *, sparing: bool = False) -> int:
        """Read a chunk of `most` tokens at most of what is wanted; return its tokens, 0: none.

        `sparing` leaves documents alone of which something is kept: it does for now.
        """
        waiting = [*self._wanted, *self._under_way]
        open_ = [each for each in waiting if not (sparing and each in self._kept)]
        document = open_[-1] if open_ else None
        if document is None:
            return 0
        read = self._under_way.get(document) or self._next(document)
        unread = read.unread
        if read.context is None:
            read.advance(most)
        self.keep(document, read)
        return max(unread - read.unread, 1)

    def _next(self, document: Key) -> ContextRead:
        prompts = self._wanted[document]
        read = self.start(document, prompts.pop(0))
        if not prompts:
            del self._wanted[document]
        return read

    def _reusable(self, document: Key) -> Context | None:
        kept = self._kept.get(document)
        return kept.context if kept else None

    def _held(self) -> int:
        return sum(read.prompt.tokens for read in self._kept.values())

    def _closest(self, prompt: Prompt) -> Key:
        """Return the nameless key under which most of `prompt` is read, else a new one."""
        begun = {
            key: one.unread for key, one in self._under_way.items() if alike(prompt, one.prompt)
        }
        unread = begun | {key: self.unread(key, prompt) for key in self._kept}
        free = {
            key: tokens
            for key, tokens in unread.items()
            if isinstance(key, int) and key not in self._claimed
        }
        best = min(free, key=free.__getitem__, default=None)
        if best is None or free[best] > self._denoiser.unread(prompt, None) / 2:
            return next(self._numbers)
        return best
