"""Open files, and files they import, cut into passages and searched by SQLite's full-text index.

Kept in memory only. A passage is as near to a place as its words are rare (BM25, as FTS5 counts
it); what a name stands for is looked up exactly.
"""

import json
import math
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

from unmask_lsp.syntax.languages import Language
from unmask_lsp.syntax.outline import Definition, outline

PASSAGE_LINES = 14
"""Lines of a passage; half of them are the next one's too."""
MOST_FILES = 40
"""Files that are kept; the one put in longest ago makes room."""
SEARCH_MS = 4.0
"""Milliseconds a search may take; then it is given up."""
_CHECK_EVERY = 1000  # instructions of SQLite between two looks at the clock
_SCHEMA = """
CREATE VIRTUAL TABLE passages USING fts5(
    text, file UNINDEXED, language UNINDEXED, tokenize = "unicode61 tokenchars '_'"
);
CREATE TABLE definitions (name, signature, scope, file);
CREATE INDEX by_name ON definitions (name);
CREATE INDEX by_scope ON definitions (scope);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """A file, ready to be put into the index."""

    name: str
    """Its path in the workspace."""
    language: str
    """Its language's id."""
    passages: tuple[str, ...]
    """Its text in overlapping pieces."""
    definitions: tuple[Definition, ...]
    """What it defines."""

    @classmethod
    def of(cls, name: str, text: str, language: Language) -> "IndexedFile":
        """Cut and outline a text: milliseconds for each thousand lines."""
        lines = text.encode(errors="replace").decode().splitlines()
        starts = range(0, max(1, len(lines) - PASSAGE_LINES // 2), PASSAGE_LINES // 2)
        return cls(
            name=name,
            language=language.id,
            passages=tuple("\n".join(lines[start : start + PASSAGE_LINES]) for start in starts),
            definitions=tuple(outline(text, language)),
        )


class Index:
    """The files that were put in last."""

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.executescript(_SCHEMA)
        self._due = math.inf
        self._database.set_progress_handler(self._is_late, _CHECK_EVERY)
        self._names: dict[str, None] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def close(self) -> None:
        """Give the memory back now: index and database know each other."""
        self._database.close()

    def put(self, file: IndexedFile) -> None:
        """Put a file in, instead of what was known of it."""
        self.drop(file.name)
        self._names[file.name] = None
        passages = ((text, file.name, file.language) for text in file.passages)
        self._database.executemany("INSERT INTO passages VALUES (?, ?, ?)", passages)
        rows = ((one.name, one.signature, one.scope, file.name) for one in file.definitions)
        self._database.executemany("INSERT INTO definitions VALUES (?, ?, ?, ?)", rows)
        while len(self._names) > MOST_FILES:
            self.drop(next(iter(self._names)))

    def drop(self, name: str) -> None:
        """Forget a file."""
        if self._names.pop(name, self) is None:
            self._database.execute("DELETE FROM passages WHERE file = ?", (name,))
            self._database.execute("DELETE FROM definitions WHERE file = ?", (name,))

    def passages(self, words: Iterable[str], language: str) -> list[tuple[str, str]]:
        """Name of the file and text of the passages that are nearest to some words, best first."""
        query = " OR ".join(f'"{word}"' for word in words)
        if not query:
            return []
        return self._read(
            "SELECT file, text FROM passages WHERE passages MATCH ? AND language = ?"
            " ORDER BY rank LIMIT 8",
            (query, language),
        )

    def signatures(self, name: str, files: Sequence[str]) -> list[tuple[str, str]]:
        """File and signature of what a name stands for in some files, with its members."""
        return self._read(
            "SELECT file, iif(scope = ?1, '    ', '') || signature FROM definitions"
            " WHERE ?1 IN (name, scope) AND file IN (SELECT value FROM json_each(?2))",
            (name, json.dumps(files)),
        )

    def _read(self, query: str, parameters: tuple[str, str]) -> list[tuple[str, str]]:
        """The rows of a search; none where it takes too long."""
        self._due = perf_counter() + SEARCH_MS / 1000
        try:
            return self._database.execute(query, parameters).fetchall()
        except sqlite3.OperationalError:
            return []
        finally:
            self._due = math.inf

    def _is_late(self) -> bool:
        return perf_counter() > self._due
