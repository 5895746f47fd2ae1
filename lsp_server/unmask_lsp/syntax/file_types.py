"""Which language a file is in, by its name or its first line, where the editor does not say.

The tables are those of the library `identify`.
"""

from io import BytesIO
from pathlib import PurePosixPath
from urllib.parse import unquote

from identify.extensions import EXTENSIONS, NAMES
from identify.identify import parse_shebang, tags_from_interpreter

from unmask_lsp.text.uris import split

_NO_LANGUAGE = {"text", "binary", "header", "image", "manifest", "plain-text"}


def tags_of(uri: str, first_line: str = "") -> list[str]:
    """What a file may be, by the table's names, the narrowest first; nothing if nobody knows."""
    name = PurePosixPath(unquote(split(uri).path)).name
    stem, _, ending = name.rpartition(".")
    found = NAMES.get(name) or EXTENSIONS.get(ending.lower() if stem else "")
    found = found or NAMES.get(name.partition(".")[0]) or _tags_of_shebang(first_line)
    return sorted(set(found) - _NO_LANGUAGE, key=_is_family)


def _tags_of_shebang(line: str) -> set[str]:
    command = parse_shebang(BytesIO(line.encode("utf-8", "replace")))
    return tags_from_interpreter(command[0]) if command else set()


def _is_family(tag: str) -> bool:
    """Whether a tag names a family of languages: other tags say more."""
    return tag in ("shell", "xml", "json")
