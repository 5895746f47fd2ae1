"""The contexts an engine has read, one a document, so that typing reads only what is new.

A read that was left in the middle, because its request was taken back or its time was up, can be
gone on with later. A request that names no document goes on with what an earlier one of its kind
has read and nobody uses, if that is at least half of what it wants.
"""

from collections import OrderedDict
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
        self.advance()

    def advance(self) -> None:
        """Read one chunk; the first call, made already, only counts the tokens."""
        try:
            self.unread = next(self._chunks)
        except StopIteration as done:
            self.unread, self.context = 0, done.value


class PrefixCache:
    """The newest context of each of a few documents."""

    def __init__(self, denoiser: Denoiser, documents: int) -> None:
        self._denoiser = denoiser
        self._documents = documents
        self._kept: OrderedDict[Key, ContextRead] = OrderedDict()
        self._under_way: dict[Key, ContextRead] = {}
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

    def unread(self, document: Key, prompt: Prompt) -> int:
        """Count the tokens of `prompt` that would have to be read."""
        kept = self._kept.get(document)
        return self._denoiser.unread(prompt, kept.context if kept else None)

    def under_way(self, document: Key) -> ContextRead | None:
        """Return the unfinished read of a document."""
        return self._under_way.get(document)

    def start(self, document: Key, prompt: Prompt, *, reuse: bool = True) -> ContextRead:
        """Begin to read."""
        earlier = self._kept.pop(document, None) if reuse else None
        read = ContextRead(self._denoiser, prompt, earlier.context if earlier else None)
        if read.context is None:
            self._under_way.setdefault(document, read)
        while len(self._under_way) > self._documents:
            del self._under_way[next(iter(self._under_way))]
        self.keep(document, read)
        return read

    def keep(self, document: Key, read: ContextRead) -> None:
        """Hold on to a read if it is finished; the document used longest ago is forgotten."""
        if read.context is None:
            return
        if self._under_way.get(document) is read:
            del self._under_way[document]
        self._kept[document] = read
        self._kept.move_to_end(document)
        while len(self._kept) > self._documents:
            self._kept.popitem(last=False)

    def drop_unfinished(self, document: Key) -> None:
        """Give up an unfinished read."""
        self._under_way.pop(document, None)

    def drop(self, document: Key) -> None:
        """Let go of everything that was read of a document."""
        self._kept.pop(document, None)
        self._under_way.pop(document, None)

    def forget(self) -> None:
        """Let go of everything that was read, whole or in part."""
        self._kept.clear()
        self._under_way.clear()

    def advance(self) -> int:
        """Read a chunk of the newest unfinished read; return its tokens, 0 if there was none."""
        if not self._under_way:
            return 0
        document, read = next(reversed(self._under_way.items()))
        unread = read.unread
        read.advance()
        self.keep(document, read)
        return max(unread - read.unread, 1)

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
