"""The files of the workspace: which of them may be shown to a model, and the only way to read them.

A file is private if ignore files say so, or if it looks like it holds secrets; private files are
neither read nor completed in. A link is as private as what it leads to. Files outside the
workspace are never read, whatever names them.
"""

from collections.abc import Iterable
from pathlib import Path, PurePath
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from unmask_lsp.privacy.ignore_files import IgnoreFiles, pattern_of, patterns

LARGEST_FILE = 100_000
"""Bytes of the largest file that is read."""

SECRETS = (
    *(".env", ".env.*", "*.env", ".envrc"),
    *("*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("*.asc", "*.gpg", "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*"),
    *("*credential*", "*secret*.json", "*secret*.y*ml", "*secret*.toml", "secrets.*", "*.secret"),
    *(".netrc", "_netrc", ".npmrc", ".pypirc", ".pgpass", ".htpasswd", ".my.cnf", ".dockercfg"),
    *("*.tfstate", "*.tfstate.*", "*.tfvars", "service-account*.json", "service_account*.json"),
    *(".ssh/", ".gnupg/", ".aws/", ".azure/", ".kube/", "**/.docker/config.json"),
    *("**/.config/gcloud/", "**/.git/config"),
)
"""Patterns, as in .gitignore and in lower case, of files that look like they hold secrets."""


class Workspace:
    """The folders a client has open, and what in them is private."""

    def __init__(self, roots: Iterable[Path] = (), private_files: Iterable[str] = ()) -> None:
        self.roots = tuple(dict.fromkeys(root.resolve() for root in roots))
        self._names = _names(self.roots)
        self.excluded = tuple(private_files)
        """Patterns of files that are private beside those that are anywhere."""
        self._secrets = patterns((*SECRETS, *(one.lower() for one in self.excluded)))
        self._ignored = IgnoreFiles()

    def hides(self, uri: str) -> bool:
        """Whether a document must be left alone; what is on no disk is judged by its name."""
        return bool(self.rule(uri))

    def rule(self, uri: str) -> str:
        """Why a document must be left alone, in words; empty if it need not."""
        path = path_of(uri)
        if path is not None:
            return self._rule(path)
        return self._secret(unquote(uri.partition("?")[0].partition("#")[0]).lstrip("/"))

    def is_private(self, path: Path) -> bool:
        """Whether a file must be left alone, wherever it is."""
        return bool(self._rule(path))

    def _rule(self, path: Path) -> str:
        places = dict.fromkeys((path.absolute(), path.resolve()))
        return next(filter(None, map(self._rule_at, places)), "")

    def is_open_to_all(self, path: Path) -> bool:
        """Whether a file may be shown beside other files: it is of the workspace, not private."""
        return self.root(path.resolve()) is not None and not self.is_private(path)

    def read(self, path: Path) -> str | None:
        """The text of a file of the workspace; None if it may not or cannot be read."""
        try:
            if self.is_open_to_all(path) and path.stat().st_size <= LARGEST_FILE:
                return path.read_text(encoding="utf-8")
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

    def _rule_at(self, path: Path) -> str:
        root = self.root(path) or path.parent
        names = path.relative_to(path.anchor), path.relative_to(root)
        if secret := next(filter(None, (self._secret(name.as_posix()) for name in names)), ""):
            return secret
        rule = self._ignored.rule(path, root)
        return f"ignored by {rule}" if rule else ""

    def _secret(self, name: str) -> str:
        pattern = pattern_of(self._secrets, name.lower())
        if not pattern:
            return ""
        excluded = pattern in (one.lower() for one in self.excluded)
        why = "excluded by" if excluded else "it may hold secrets, by its name:"
        return f"{why} `{pattern}`"


def _names(roots: tuple[Path, ...]) -> dict[Path, PurePath]:
    """Of each root as many folders, from its end, as tell them apart; none of one alone."""
    longest = max((len(root.parts) for root in roots), default=0)
    for count in range(len(roots) > 1, longest + 1):
        names = {root: PurePath(*root.parts[max(0, len(root.parts) - count) :]) for root in roots}
        if len(set(names.values())) == len(roots):
            return names
    return {}


def path_of(uri: str) -> Path | None:
    """The file of a document, for a notebook's cell the notebook; None if it is on no disk."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = url2pathname(parts.path)
    is_file = parts.scheme in ("file", "vscode-notebook-cell") and not parts.netloc
    return Path(path) if is_file and "\0" not in path else None
