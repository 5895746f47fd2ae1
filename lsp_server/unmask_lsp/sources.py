"""Where text from elsewhere comes from: one generator of snippets for each source, best first.

A generator does little between two snippets, so that whoever drives it can stop when its time is
up. Snippets bear the path of their file in the workspace.
"""

from collections.abc import Iterator

from unmask_lsp.indentation import depth
from unmask_lsp.index import Index
from unmask_lsp.spot import NEAR_LEFT, Spot
from unmask_model.request import Snippet

FAR = 100_000
"""Characters left of the cursor in which enclosing scopes are looked for."""
ALIKE = 0.25
"""Share of the words near the cursor that a similar passage has, at the least."""


def scopes(spot: Spot) -> Iterator[Snippet]:
    """The lines that open the scopes around the cursor, as far as they are out of sight."""
    *lines, line = spot.left[-FAR:].split("\n")
    far = spot.left[-FAR:-NEAR_LEFT].count("\n")
    outside, headers = depth(line) if line.strip() else len(line.expandtabs()), list[str]()
    for number in range(len(lines) - 1, -1, -1):
        above = lines[number]
        if outside == 0:
            break
        if above.strip() and depth(above) < outside and above.lstrip()[0] not in ")]}#":
            outside = depth(above)
            if number < far:
                headers.insert(0, above)
    if headers:
        yield Snippet(origin=spot.file, text="\n".join(headers))


def signatures(spot: Spot, index: Index) -> Iterator[Snippet]:
    """How the names near the cursor are declared, in this file and in those it imports."""
    told: set[str] = set()
    for word in spot.words:
        for file, signature in index.signatures(word, (*spot.imports, spot.file)):
            if signature.strip() not in spot.near and signature not in told:
                told.add(signature)
                yield Snippet(origin=file, text=signature)


def similar(spot: Spot, index: Index) -> Iterator[Snippet]:
    """The passages that speak of the same things as the code at the cursor."""
    words, seen = set(spot.words), {line.strip() for line in spot.near.split("\n")}
    if not words:
        return
    for file, text in index.passages(spot.words, spot.language.id):
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        is_near = sum(line in seen for line in lines) > len(lines) / 2
        if not is_near and sum(word in text for word in words) >= ALIKE * len(words):
            yield Snippet(origin=file, text=text)
