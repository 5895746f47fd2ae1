"""What a text defines, by name, each as one line: its signature.

Found by the tag queries that the grammars bring with them.
"""

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from time import perf_counter

from tree_sitter import Node, Parser, Query, QueryCursor, Tree

from unmask_lsp.syntax.grammar_loader import grammar_of
from unmask_lsp.syntax.languages import Language

LONGEST_SIGNATURE = 160
"""Characters; what is longer is cut."""
LONGEST_S = 0.5
"""Seconds that a text may take. Some are made to take minutes, during which nothing else runs."""
CHUNK = 65536
"""Bytes that the parser is given at once."""
MOST_SIBLINGS = 2000
"""Nodes below one in a text that has errors; a query takes the square of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """Something that has a name."""

    name: str
    signature: str
    """How it is declared, on one line, without its body."""
    scope: str = ""
    """Name of the definition it is in; empty at the top."""


def outline(text: str, language: Language) -> list[Definition]:
    """The definitions of a text, in their order; none where no grammar says what they are."""
    tagger = _tagger(language)
    if tagger is None:
        return []
    parser, query = tagger
    source = text.encode("utf-8", "replace")
    found: list[Definition] = []
    around: list[tuple[int, str]] = []
    tree = _parsed(parser, source)
    if tree is None or _is_wide(tree.root_node):
        return []
    for node, name in _tagged(query, tree.root_node):
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        scope = around[-1][1] if around else ""
        found.append(Definition(name=name, signature=_signature(node, source), scope=scope))
        around.append((node.end_byte, name))
    return found


def _parsed(parser: Parser, source: bytes) -> Tree | None:
    """The tree of a text; None where it takes too long.

    py-tree-sitter can be stopped only where it asks for the text piece by piece, and then no query
    can read the text of a node; all of that tree is kept in the one it makes of the whole text.
    """
    due = perf_counter() + LONGEST_S
    try:
        pieces = parser.parse(
            lambda at, _: source[at : at + CHUNK], progress_callback=lambda *_: perf_counter() > due
        )
    except ValueError:  # it was stopped
        parser.reset()
        return None
    return parser.parse(source, pieces)


def _is_wide(root: Node) -> bool:
    """Whether what could not be parsed is in a heap, through which a query takes for ever."""
    near = (root, *root.children) if root.child_count <= MOST_SIBLINGS else (root,)
    return root.has_error and any(one.child_count > MOST_SIBLINGS for one in near)


def _tagged(query: Query, root: Node) -> list[tuple[Node, str]]:
    """Every definition once, with its name, in the order of the text."""
    found: dict[int, tuple[Node, str]] = {}
    for _, captures in QueryCursor(query).matches(root):
        nodes = chain.from_iterable(
            nodes for kind, nodes in captures.items() if kind.startswith("definition.")
        )
        node, names = next(nodes, None), captures.get("name")
        if node and names and names[0].text:
            found.setdefault(names[0].id, (node, names[0].text.decode()))
    return sorted(found.values(), key=lambda pair: (pair[0].start_byte, -pair[0].end_byte))


def _signature(node: Node, source: bytes) -> str:
    body = node.child_by_field_name("body")
    declared = source[node.start_byte : body.start_byte if body else node.end_byte]
    line = " ".join(declared.decode().split())
    return line[:LONGEST_SIGNATURE].rstrip(" {:" if body else "")


@cache
def _tagger(language: Language) -> tuple[Parser, Query] | None:
    """What parses a language, and the query of its definitions; None where there is none."""
    module = language.grammar.partition(":")[0]
    if not module or find_spec(module) is None:
        return None
    names = (name for name in (language.tags, module) if name)
    tags = [getattr(import_module(name), "TAGS_QUERY", None) or "" for name in names]
    grammar = grammar_of(language)
    return (Parser(grammar), Query(grammar, "\n".join(tags))) if all(tags) else None
