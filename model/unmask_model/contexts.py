"""The contexts an engine has read, one a document, so that typing reads only what is new.

A read that was left in the middle, because its request was taken back or its time was up, can be
gone on with later.
"""

from collections import OrderedDict

from unmask_model.denoiser import Context, Denoiser, Prompt


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


class Contexts:
    """The newest context of each of a few documents."""

    def __init__(self, denoiser: Denoiser, documents: int) -> None:
        self._denoiser = denoiser
        self._documents = documents
        self._kept: OrderedDict[str, ContextRead] = OrderedDict()
        self._under_way: dict[str, ContextRead] = {}

    def unread(self, document: str, prompt: Prompt) -> int:
        """Count the tokens of `prompt` that would have to be read."""
        kept = self._kept.get(document)
        return self._denoiser.unread(prompt, kept.context if kept else None)

    def under_way(self, document: str) -> ContextRead | None:
        """Return the unfinished read of a document."""
        return self._under_way.get(document)

    def start(self, document: str, prompt: Prompt, *, reuse: bool = True) -> ContextRead:
        """Begin to read; a document without a name is never kept."""
        earlier = self._kept.pop(document, None) if reuse else None
        read = ContextRead(self._denoiser, prompt, earlier.context if earlier else None)
        if document and read.context is None:
            self._under_way.setdefault(document, read)
        self.keep(document, read)
        return read

    def keep(self, document: str, read: ContextRead) -> None:
        """Hold on to a read if it is finished; the document used longest ago is forgotten."""
        if read.context is None or not document:
            return
        if self._under_way.get(document) is read:
            del self._under_way[document]
        self._kept[document] = read
        self._kept.move_to_end(document)
        while len(self._kept) > self._documents:
            self._kept.popitem(last=False)

    def drop_unfinished(self, document: str) -> None:
        """Give up an unfinished read."""
        self._under_way.pop(document, None)

    def forget(self) -> None:
        """Let go of everything that was read, whole or in part."""
        self._kept.clear()
        self._under_way.clear()

    def advance(self) -> bool:
        """Read a chunk of the newest unfinished read; return whether there was one."""
        if not self._under_way:
            return False
        document, read = next(reversed(self._under_way.items()))
        read.advance()
        self.keep(document, read)
        return True
