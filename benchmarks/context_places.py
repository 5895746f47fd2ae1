"""Places in the files of a folder, each with what a language server would show beside it.

A place is the end of a line that was cut: after its indentation, or after a blank or a bracket in
it. Open are the file itself, with the cut, and a few files beside it, as on a person's screen.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from unmask_lsp.context.context_budget import Taken
from unmask_lsp.context.context_picker import ContextPicker
from unmask_lsp.privacy.workspace import LARGEST_FILE, Workspace
from unmask_lsp.syntax.languages import LANGUAGES
from unmask_lsp.text.documents import Document, Documents
from unmask_lsp.text.positions import Encoding, Position
from unmask_model.protocol.errors import RequestInvalid

FIRST_LINE = 40
"""The first line that is cut: before it there is little to know of other files."""
SHORTEST = 8
"""Fewest characters of what is cut off."""
BESIDE = 4
"""Most files that are open beside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPlace:
    """A cut line with its surroundings."""

    file: str
    """The file's path in the folder."""
    left: str
    """Text before the cursor."""
    truth: str
    """What was cut off."""
    right: str
    """Text after the cursor, from the line's end on."""
    taken: tuple[Taken, ...]
    """What each source of context gave."""


async def draw(folder: Path, count: int, seed: int) -> list[ContextPlace]:
    """Draw places with at least one snippet; raise RequestInvalid where there are too few."""
    random, workspace = Random(seed), Workspace([folder])
    endings = {ending for row in LANGUAGES.values() if row.imports for ending in row.extensions}
    files = [file for file in sorted(folder.rglob("*")) if file.suffix in endings]
    found: list[ContextPlace] = []
    for _ in range(20 * count if files else 0):
        place = await _place(random.choice(files), workspace, random)
        if place is not None:
            found.append(place)
        if len(found) == count:
            return found
    raise RequestInvalid(f"{folder} has too few source files that import each other; name another")


async def _place(file: Path, workspace: Workspace, random: Random) -> ContextPlace | None:
    text = workspace.read(file)
    cut = _cut(text, random) if text else None
    if text is None or cut is None:
        return None
    end = text.index("\n", cut)
    documents, uri = Documents(), file.as_uri()
    beside = [one for one in sorted(file.parent.glob(f"*{file.suffix}")) if one != file]
    for one in random.sample(beside, min(BESIDE, len(beside))):
        _open(documents, one, workspace.read(one) or "")
    document = _open(documents, file, text[:cut] + text[end:])
    picker = ContextPicker(workspace)
    picker.indexer.follow("", documents)
    await picker.indexer.idle()
    line = text.count("\n", 0, cut)
    place = Position(line=line, unit=cut - text.rfind("\n", 0, cut) - 1)
    taken = picker.choose(document.snapshot(place, Encoding.UTF32), documents).taken
    return (
        ContextPlace(
            file=uri.removeprefix(workspace.roots[0].as_uri() + "/"),
            left=text[:cut],
            truth=text[cut:end],
            right=text[end:],
            taken=taken,
        )
        if any(one.snippets for one in taken)
        else None
    )


def _cut(text: str, random: Random) -> int | None:
    """Where a line of a text is cut; None if the first one drawn is not worth it."""
    lines = text.split("\n")
    if len(lines) <= FIRST_LINE + 1 or len(text) > LARGEST_FILE:
        return None
    number = random.randrange(FIRST_LINE, len(lines) - 1)
    line = lines[number]
    starts: Sequence[int] = [found.end() for found in re.finditer(r"^\s*|[ (\[]", line)]
    columns = [start for start in starts if len(line.rstrip()) - start >= SHORTEST]
    if not columns or line.lstrip().startswith(("#", "//", "*", '"')):
        return None
    return len("\n".join([*lines[:number], ""])) + random.choice(columns)


def _open(documents: Documents, file: Path, text: str) -> Document:
    documents.open(uri=file.as_uri(), version=1, language="", text=text)
    document = documents.get(file.as_uri())
    assert document is not None
    return document
