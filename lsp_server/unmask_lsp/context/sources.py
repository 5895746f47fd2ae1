"""Where text from elsewhere comes from: one generator of snippets for each source, best first.

A generator does little between two snippets, so that the caller can stop when its time is
up. Snippets bear the path of their file in the workspace.
"""

from collections.abc import Iterator

from unmask_lsp.context.context_query import NAME, NEAR_LEFT, ContextQuery
from unmask_lsp.context.index import Index
from unmask_lsp.context.problems import LONGEST_LINE, near
from unmask_lsp.context.window import LEFT_CHARACTERS, RIGHT_CHARACTERS
from unmask_lsp.syntax.imports import imports_of
from unmask_lsp.text.indentation import depth
from unmask_model.protocol.request import Snippet

HEAD = 20_000
"""Characters at the start of a file in which imports are looked for."""
FAR = 100_000
"""Characters left of the cursor in which enclosing scopes are looked for."""
ALIKE = 0.25
"""Share of the words near the cursor that a similar passage has, at the least."""
OLD = 0.5
"""Share of a similar passage's lines that stands around the cursor too: then it is not new."""


def scopes(query: ContextQuery) -> Iterator[Snippet]:
    """The lines that open the scopes around the cursor, as far as they are out of sight."""
    *lines, line = query.left[-FAR:].split("\n")
    far = query.left[-FAR:-NEAR_LEFT].count("\n")
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
        yield Snippet(origin=query.file, text="\n".join(headers))


def signatures(query: ContextQuery, index: Index) -> Iterator[Snippet]:
    """Where the names near the cursor come from: how they are declared, or a line that imports."""
    told: set[str] = set()
    imports = _imports(query)
    for word in query.words:
        found = index.signatures(word, (*query.imports, query.file))
        for file, signature in found or [(query.file, line) for line in imports.get(word, ())]:
            if signature.strip() not in query.near and signature not in told:
                told.add(signature)
                yield Snippet(origin=file, text=signature)


def diagnostics(query: ContextQuery) -> Iterator[Snippet]:
    """What other tools say of the lines near the cursor, as comments, the nearest line first."""
    language = query.language
    opener, closer = (language.comment, "") if language.comment else language.long_comment
    left, right = query.left[-LEFT_CHARACTERS:], query.right[:RIGHT_CHARACTERS]
    for problem in near(query.problems, left, right):
        text = f"{opener} {problem.line[:LONGEST_LINE]}: {problem.message} {closer}"
        yield Snippet(origin=query.file, text=text.strip())


def similar(query: ContextQuery, index: Index) -> Iterator[Snippet]:
    """The passages that speak of the same things as the code at the cursor."""
    words = set(query.words)
    seen = {line.strip() for line in query.around.split("\n")}
    for file, text in index.passages(query.words, query.language.id):
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        is_new = sum(line in seen for line in lines) < OLD * len(lines)
        if is_new and sum(word in text for word in words) >= ALIKE * len(words):
            yield Snippet(origin=file, text=text)


def _imports(query: ContextQuery) -> dict[str, list[str]]:
    """Of each name in a statement that imports, the statements."""
    found: dict[str, list[str]] = {}
    for one in imports_of(query.left[:HEAD], query.language):
        for name in NAME.findall(one.text):
            found.setdefault(name, []).append(one.text)
    return found
