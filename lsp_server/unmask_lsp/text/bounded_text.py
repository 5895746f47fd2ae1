"""The text of a file that a repository brings, if it is an ordinary one that has an end."""

from pathlib import Path


def bounded_text(path: Path, most: int, errors: str = "strict") -> str | None:
    """Return the text of a file; None if it is no file, or has more than `most` characters.

    A link to a device never ends, and a pipe never begins. Raises OSError and UnicodeError.
    """
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", errors=errors) as file:
        text = file.read(most + 1)
    return text if len(text) <= most else None
