"""Units of syntax around a place of a source text: what a person fills or rewrites as a whole.

Statements, blocks, bodies, argument lists and whatever else the language has a name for, by
tree-sitter. Of what stands in brackets or quotes the inside is a unit too: an editor has closed
them before their inside is written. A language without a grammar here has no units.
"""

from collections.abc import Iterator
from importlib import import_module

from tree_sitter import Language, Node, Parser

from unmask_model.protocol.request import Span

_GRAMMARS = {
    "c": "tree_sitter_c:language",
    "cpp": "tree_sitter_cpp:language",
    "go": "tree_sitter_go:language",
    "java": "tree_sitter_java:language",
    "javascript": "tree_sitter_javascript:language",
    "lua": "tree_sitter_lua:language",
    "python": "tree_sitter_python:language",
    "rust": "tree_sitter_rust:language",
    "typescript": "tree_sitter_typescript:language_typescript",
}
_PAIRS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'", "`": "`"}


def units(text: str, language: str, at: int, most: int) -> list[Span]:
    """Return the units around character `at`, innermost first, of at most `most` characters."""
    if language not in _GRAMMARS:
        return []
    module, name = _GRAMMARS[language].split(":")
    grammar = Language(getattr(import_module(module), name)())
    data = text.encode()
    place = len(text[:at].encode())
    root = Parser(grammar).parse(data).root_node
    spans = (_span(data, node) for node in _around(root, place))
    short = [span for span in spans if 0 < span.end - span.start <= most]
    return [unit for span in short for unit in (*_inside(text, span), span)]


def _around(root: Node, place: int) -> Iterator[Node]:
    node = root.descendant_for_byte_range(place, place)
    while node is not None:
        if node.is_named:
            yield node
        node = node.parent


def _span(data: bytes, node: Node) -> Span:
    """Characters of a node, whose own offsets are bytes."""
    start = len(data[: node.start_byte].decode())
    return Span(start=start, end=start + len(data[node.start_byte : node.end_byte].decode()))


def _inside(text: str, span: Span) -> Iterator[Span]:
    """Give what stands between a unit's brackets or quotes, if it has some."""
    paired = _PAIRS.get(text[span.start]) == text[span.end - 1]
    if paired and span.end - span.start > len("()"):
        yield Span(start=span.start + 1, end=span.end - 1)
