"""Parsing what differs gives the tree of the whole text."""

import random

import tree_sitter_python
from tree_sitter import Language, Parser, Tree

from unmask_lsp.syntax.languages import LANGUAGES
from unmask_lsp.syntax.languages import Language as Row
from unmask_lsp.syntax.parsing import IncrementalParser
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import TextSyntax
from unmask_lsp.syntax.tree_syntax import TreeSyntax

GRAMMAR = Language(tree_sitter_python.language())
LINES = ["x = 1", "if x:", "    y = 'é漢😀'", "    z = (1, 2)", "# ü", "", "def f(a): return a"]


def test_a_text_parsed_after_another_has_the_tree_of_a_fresh_parse() -> None:
    rng = random.Random(1)
    kept = IncrementalParser(GRAMMAR)
    lines = LINES * 20
    for _ in range(100):
        at = rng.randrange(len(lines))
        lines[at : at + rng.randrange(3)] = ["é = 1"] * rng.randrange(3)
        source = "\n".join(lines).encode()
        fresh = Parser(GRAMMAR).parse(source).root_node
        if not fresh.has_error:
            assert str(kept.parse(source)) == str(fresh)


def test_a_key_never_parses_the_text_anew() -> None:
    kept, known = IncrementalParser(GRAMMAR), []

    class Spy:
        def parse(self, source: bytes, tree: Tree | None = None) -> Tree:
            known.append(tree is not None)
            return parser.parse(source, tree) if tree else parser.parse(source)

    parser, kept._parser = kept._parser, Spy()  # type: ignore[assignment]
    text = "\n".join(LINES * 200)
    for typed in range(len("z = f(x)") + 1):
        kept.parse((text[:5000] + "z = f(x)"[:typed] + text[5000:]).encode())
    assert known == [False, *[True] * 8]


def test_every_grammar_that_is_named_is_there() -> None:
    for row in LANGUAGES.values():
        assert isinstance(syntax_of(row), TreeSyntax) == bool(row.grammar), row.id


def test_a_missing_grammar_falls_back_to_text_rules() -> None:
    assert type(syntax_of(Row(id="x", grammar="tree_sitter_absent:language"))) is TextSyntax


def stumbles(text: str, block: str, right: str = "") -> list[int]:
    source = f"{text}{block}{right}".encode()
    start = len(text.encode())
    return IncrementalParser(GRAMMAR).stumbles(source, start, start + len(block.encode()))


def test_a_parser_stumbles_at_the_first_token_that_nothing_explains() -> None:
    assert stumbles("é = 1\n", "y = ) 2\n") == [len("é = 1\ny =".encode())]


def test_what_is_not_finished_yet_lets_it_stumble_at_the_end() -> None:
    (at,) = stumbles("def f(", "a, b")
    assert at == len("def f(a, b")


def test_an_error_before_the_block_is_no_stumble_in_it() -> None:
    assert stumbles("z = = 3\n\n\n", "y = 2\n", "x = 1\n") == []
