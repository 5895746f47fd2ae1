"""Prints the test files that load neither torch nor transformers: what an installation without the
extra `gpu` must pass.

A file loads what it imports outside functions, and what those modules of ours load in turn.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from rooms import ROOT, tree_of

HEAVY = {"torch", "transformers"}
FOLDERS = [ROOT / name for name in ("model", "lsp_server", "tests", "benchmarks", ".ci")]


def loads_torch(path: Path) -> bool:
    """Whether importing a file imports one of them."""
    seen, todo = {path}, [path]
    while todo:
        names = names_on_load(todo.pop())
        if any(name.partition(".")[0] in HEAVY for name in names):
            return True
        found = {ours for name in names for ours in _files(name)} - seen
        seen |= found
        todo += found
    return False


@cache
def names_on_load(path: Path) -> frozenset[str]:
    """Full names of what a file imports outside functions."""
    return frozenset(_imported_on_load(tree_of(path)))


def torch_free() -> Iterator[Path]:
    """Yield the test files that load neither, and whose fixtures do not."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        fixtures = [one / "conftest.py" for one in path.parents if one.is_relative_to(ROOT)]
        if not any(map(loads_torch, [path, *(one for one in fixtures if one.exists())])):
            yield path


def _imported_on_load(tree: ast.Module) -> Iterator[str]:
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        todo.extend(ast.iter_child_nodes(node))


def _files(module: str) -> Iterator[Path]:
    """The files that importing a module of ours runs: its packages' and its own."""
    parts = module.split(".")
    for folder in FOLDERS:
        packages = [folder.joinpath(*parts[:k], "__init__.py") for k in range(1, len(parts) + 1)]
        for path in (*packages, folder.joinpath(*parts).with_suffix(".py")):
            if path.is_file():
                yield path


if __name__ == "__main__":
    for found in torch_free():
        print(found.relative_to(ROOT))
