"""The files of the workspace: which of them may be shown to a model, and the only way to read them.

Two questions are kept apart. May text be completed in a file? Not if it is ignored, excluded, or by
its name a file of keys. May it be read for what is written elsewhere? Not then, nor if its text
holds a secret. A link is as private as what it leads to. Files outside the workspace are never
read, whatever names them.
"""

import sys
from collections.abc import Iterable
from pathlib import Path, PurePath
from urllib.parse import unquote
from urllib.request import url2pathname

from unmask_lsp.privacy.git import Git
from unmask_lsp.privacy.ignore_files import OWN_RULES, IgnoreFiles, Rules
from unmask_lsp.privacy.ignore_files import repository as top_of
from unmask_lsp.privacy.secrets import secret_name, secret_text
from unmask_lsp.text.bounded_text import bounded_text
from unmask_lsp.text.uris import split

LARGEST_FILE = 100_000
"""Bytes of the largest file that is read."""


class Workspace:
    """The folders a client has open, and what in them is private."""

    def __init__(self, roots: Iterable[Path] = (), private_files: Iterable[str] = ()) -> None:
        self.roots = tuple(dict.fromkeys(root.resolve() for root in roots))
        self._names = _names(self.roots)
        self.excluded = tuple(private_files)
        """Patterns of files that are private beside those that are anywhere."""
        self._excluded = Rules(line.lower() for line in self.excluded)
        self._git = Git()
        self._ignored, self._own = IgnoreFiles(), IgnoreFiles((OWN_RULES,))

    def rule(self, uri: str) -> str:
        """Say by which rule nothing is completed in a document; empty if it may be.

        What is on no disk is judged by its name.
        """
        if path := path_of(uri):
            return self.rule_of(path)
        return self._by_name(unquote(uri.partition("?")[0].partition("#")[0]).lstrip("/"))

    def rule_of(self, path: Path) -> str:
        """Say by which rule a file is left alone, wherever it is; empty if by none."""
        places = dict.fromkeys((path.absolute(), path.resolve()))
        return next(filter(None, map(self._rule, places)), "")

    def is_private(self, path: Path) -> bool:
        """Whether a file must be left alone."""
        return bool(self.rule_of(path))

    def is_open_to_all(self, path: Path) -> bool:
        """Whether a file may be shown beside other files: it is of the workspace, not private."""
        return self.root(path.resolve()) is not None and not self.is_private(path)

    def shareable(self, uri: str, text: str) -> Path | None:
        """The file of an open document, if what is written in it may be shown beside others.

        A cell is not the whole of its notebook.
        """
        path = path_of(uri) if uri.startswith("file:") and len(text) <= LARGEST_FILE else None
        return path if path and self.is_open_to_all(path) and not secret_text(text) else None

    def read(self, path: Path) -> str | None:
        """The text of a file of the workspace, to be shown beside others.

        None if it may not be, holds secrets, or cannot be read.
        """
        try:
            if self.is_open_to_all(path) and path.stat().st_size <= LARGEST_FILE:
                text = bounded_text(path, LARGEST_FILE)
                return None if text is None or secret_text(text) else text
        except (OSError, UnicodeError):
            pass
        return None

    def name(self, path: Path) -> str:
        """A file's path from its root, with the root's name where there are several.

        No two files of the workspace have the same.
        """
        path = path.resolve()
        root = self.root(path)
        if root is None:
            return path.name
        return PurePath(self._names[root], path.relative_to(root)).as_posix()

    def root(self, path: Path) -> Path | None:
        """The innermost root a file is in."""
        around = [root for root in self.roots if path.is_relative_to(root)]
        return max(around, key=lambda root: len(root.parts), default=None)

    def _rule(self, path: Path) -> str:
        root = self.root(path) or path.parent
        names = path.relative_to(path.anchor), path.relative_to(root)
        by_name = next(filter(None, (self._by_name(name.as_posix()) for name in names)), "")
        return by_name or self._by_ignore_files(path, root)

    def _by_name(self, name: str) -> str:
        if pattern := self._excluded.says(name.lower()):
            return f"excluded by `{pattern}`"
        return secret_name(name)

    def _by_ignore_files(self, path: Path, root: Path) -> str:
        """Our own rules come last; git is asked for the rest, and read where there is none."""
        tops = dict.fromkeys(top for top in map(top_of, (path.parent, root)) if top)
        own = self._own.rule(path, next(reversed(tops), root))
        if own is not None:
            return own and f"ignored by {own}"
        said = (self._by_git(path, top) for top in tops) if tops else (self._by_files(path, root),)
        rule = next(filter(None, said), "")
        return rule and f"ignored by {rule}"

    def _by_git(self, path: Path, top: Path) -> str:
        said = self._git.rule(path, top)
        return self._by_files(path, top) if said is None else said

    def _by_files(self, path: Path, top: Path) -> str:
        return self._ignored.rule(path, top) or ""


def _names(roots: tuple[Path, ...]) -> dict[Path, PurePath]:
    """Of each root as many folders, from its end, as tell them apart; none of one alone."""
    longest = max((len(root.parts) for root in roots), default=0)
    for count in range(len(roots) > 1, longest + 1):
        names = {root: PurePath(*root.parts[max(0, len(root.parts) - count) :]) for root in roots}
        if len(set(names.values())) == len(roots):
            return names
    return {}


def path_of(uri: str) -> Path | None:
    """The file of a document, for a notebook's cell the notebook; None if it is on no disk.

    A cell of a notebook on a distant machine names that machine, on which the server runs too. A
    file on another host has a path where the system has such (`\\\\wsl.localhost\\...`).
    """
    parts = split(uri)
    is_cell = parts.scheme == "vscode-notebook-cell"
    if not is_cell and parts.scheme != "file":
        return None
    host = "" if is_cell or parts.netloc.lower() == "localhost" else parts.netloc
    if "%00" in parts.path or (host and sys.platform != "win32"):
        return None
    return Path(url2pathname(f"//{host}{parts.path}" if host else parts.path))
