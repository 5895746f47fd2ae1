"""Docstrings say what names do not, in words of plain technical English."""

import ast
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest
from rooms import ROOT, modules, tree_of

FILLERS = re.compile(
    "a|all|an|and|any|are|as|at|be|been|by|did|do|does|each|else|every|for|from|has|have|here|how"
    "|if|in|is|it|its|itself|no|not|of|on|one|or|other|our|own|that|the|their|them|there|they|this"
    "|those|to|was|were|what|when|where|which|who|whose|with"
)
QUAINT = re.compile(r"\b(whoever|unasked|righter|lest|hitherto|thereof)\b", re.IGNORECASE)
Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def stem(word: str) -> str:
    """Roughly: a plural and its singular are one word, as are the forms of most verbs."""
    return re.sub(r"(?<=...)(ies|ing|ed|es|s|e|y)$", "", word.lower())


def words(names: str) -> set[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).replace("_", " ")
    return {stem(word) for word in re.findall(r"\w+", parted)}


def repeats(docstring: str, names: str) -> bool:
    """Whether a docstring has no word that its name, type and class do not have."""
    said = re.findall(r"\w+|[^\w\s.,;:']", docstring)
    return all(FILLERS.fullmatch(word.lower()) or stem(word) in words(names) for word in said)


def documented(node: ast.AST, around: str = "") -> Iterator[tuple[str, str]]:
    """Docstrings of fields, functions and classes, each behind the names that it belongs to."""
    body = node.body if isinstance(node, ast.Module | Documented) else []
    for one, following in zip_longest(body, body[1:]):
        if isinstance(one, Documented):
            arguments = "" if isinstance(one, ast.ClassDef) else ast.unparse(one.args)
            yield f"{around} {one.name} {arguments}", ast.get_docstring(one) or "-"
            yield from documented(one, f"{around} {one.name}")
        match one, following:
            case ast.AnnAssign(), ast.Expr(value=ast.Constant(value=str(text))):
                yield f"{around} {ast.unparse(one)}", text


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_no_docstring_only_repeats_a_name(path: Path) -> None:
    assert [text for names, text in documented(tree_of(path)) if repeats(text, names)] == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_nothing_is_said_in_quaint_words(path: Path) -> None:
    assert QUAINT.findall(path.read_text(encoding="utf-8")) == []
