"""What an engine is told of the texts of a workspace, and what it says of its memory of them.

Only an engine's private listener is told: the texts are for this machine's own engine.
"""

from dataclasses import dataclass

from unmask_model.protocol.errors import RequestInvalid

MEMORY = "/v1/memory"
"""Path of updates and accounts; behind it, with a workspace's key, of those who hold one."""
LONGEST_KEY = 200
"""Most characters of a workspace's key."""
LONGEST_TEXT = 1_000_000
"""Most characters of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryFile:
    """A file of a workspace."""

    name: str
    """Path in the workspace, with forward slashes."""
    stamp: str = ""
    """Changes whenever the text does."""
    text: str | None = None
    """The text; None offers it, and the answer says whether it is wanted."""
    recent: bool = False
    """Whether it is being written: it counts more then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryUpdate:
    """What became of files of a workspace."""

    workspace: str
    """Opaque key of the workspace; the same for all who work in the same folder."""
    files: tuple[MemoryFile, ...] = ()
    """Files that are there, or may be wanted."""
    gone: tuple[str, ...] = ()
    """Names of files to forget."""
    whole: bool = False
    """Whether `files` are all there are: what is not among them is forgotten."""
    left_out: int = 0
    """Files that were not read, for want of room, as of a `whole` update."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryAccount:
    """What an engine remembers of a workspace."""

    workspace: str
    """Its key."""
    files: int = 0
    """Files that drafts may come from."""
    tokens: int = 0
    """Tokens of those texts."""
    bytes: int = 0
    """Memory taken."""
    left_out: int = 0
    """Files that found no room."""
    build_ms: float = 0.0
    """Milliseconds of processor time that reading them in took, all together."""
    wanted: tuple[str, ...] = ()
    """Files that were offered and whose text is not known."""


def check_update(update: MemoryUpdate) -> None:
    """Raise RequestInvalid for an update that cannot be taken over."""
    if not 0 < len(update.workspace) <= LONGEST_KEY:
        raise RequestInvalid(f"workspace must have 1 to {LONGEST_KEY} characters")
    for file in update.files:
        length = len(file.text or "")
        if length > LONGEST_TEXT:
            raise RequestInvalid(
                f"{file.name} has {length} characters; at most {LONGEST_TEXT} are taken"
            )
