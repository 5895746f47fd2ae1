"""Asks every source of context for snippets, each within its time and its share of characters."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from time import perf_counter

from unmask_lsp.context.context_query import ContextQuery
from unmask_model.protocol.request import Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source with its limits."""

    name: str
    """What a user is told of it."""
    find: Callable[[ContextQuery], Iterator[Snippet]]
    """Its snippets for a place, best first."""
    characters: int
    """Most characters that are taken of it, paths included."""
    ms: float
    """Milliseconds after which it is not asked for a further snippet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one source gave."""

    source: str
    """Its name."""
    snippets: tuple[Snippet, ...]
    """One a file, best first."""
    ms: float
    """Milliseconds it took."""


def gather(
    sources: Iterable[Source],
    query: ContextQuery,
    may_show: Callable[[str], bool],
    clock: Callable[[], float] = perf_counter,
) -> tuple[Taken, ...]:
    """What each source gives for a place, of files that may be shown (still, by now)."""
    return tuple(_take(source, query, cache(may_show), clock) for source in sources)


def _take(
    source: Source, query: ContextQuery, may_show: Callable[[str], bool], clock: Callable[[], float]
) -> Taken:
    start, room = clock(), source.characters
    texts: dict[str, list[str]] = {}
    for snippet in source.find(query):
        if not may_show(snippet.origin):
            continue
        room -= len(snippet.text) + 1 + (len(snippet.origin) + 1) * (snippet.origin not in texts)
        if room < 0:
            break
        texts.setdefault(snippet.origin, []).append(snippet.text)
        if (clock() - start) * 1000 > source.ms:
            break
    joined = {file: "\n".join(found).encode(errors="replace") for file, found in texts.items()}
    snippets = (Snippet(origin=file, text=text.decode()) for file, text in joined.items())
    return Taken(source=source.name, snippets=tuple(snippets), ms=(clock() - start) * 1000)
