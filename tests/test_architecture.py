"""What must stay true of the whole code, read from its imports (docs/architecture.md says why)."""

import ast
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LSP = ROOT / "lsp_server" / "unmask_lsp"
MODEL = ROOT / "model" / "unmask_model"
TRAIN = ROOT / "model" / "unmask_train"
MODULES = sorted(chain(LSP.rglob("*.py"), MODEL.rglob("*.py"), TRAIN.rglob("*.py")))
VAGUE = {"utils", "util", "helpers", "common", "core", "manager", "service", "misc"}
HEAVY = {"torch", "transformers", "gguf", "safetensors", "numpy", "tokenizers", "unmask_train"}
# Whatever fails, the session or the loop goes on; nowhere else may an error be swallowed.
FENCES = {"unmask_lsp/server/handlers.py", "unmask_model/engine/worker.py"}
LONGEST_FILE, LONGEST_FUNCTION = 350, 50


def name_of(path: Path) -> str:
    """The path from its source root: unmask_lsp/server/server.py."""
    return path.relative_to(ROOT).as_posix().partition("/")[2]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(nodes: Iterator[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def all_imports(path: Path) -> set[str]:
    return set(imports(ast.walk(tree_of(path))))


def imports_on_load(path: Path) -> set[str]:
    """Without those inside functions and under TYPE_CHECKING."""
    found: set[str] = set()
    todo: list[ast.AST] = [tree_of(path)]
    while todo:
        node = todo.pop()
        found |= set(imports(iter([node])))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            todo.extend(ast.iter_child_nodes(node))
    return found


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("path", sorted(MODEL.rglob("*.py")), ids=name_of)
def test_the_model_half_knows_no_editor_and_no_syntax(path: Path) -> None:
    text_half = {"pygls", "lsprotocol", "tree_sitter", "unmask_lsp", "unmask_train", "typer"}
    assert not packages(all_imports(path)) & text_half


@pytest.mark.parametrize("path", sorted(LSP.rglob("*.py")), ids=name_of)
def test_the_text_half_loads_nothing_heavy(path: Path) -> None:
    assert not packages(imports_on_load(path)) & HEAVY


@pytest.mark.parametrize("path", sorted(LSP.rglob("*.py")), ids=name_of)
def test_only_commands_know_more_of_the_model_half_than_its_plain_data(path: Path) -> None:
    if path.parent == LSP / "cli":
        return
    known = {name for name in all_imports(path) if name.startswith("unmask_model")}
    assert known <= {"unmask_model.protocol.request", "unmask_model.protocol.errors"}


@pytest.mark.parametrize("path", sorted(LSP.rglob("*.py")), ids=name_of)
def test_only_the_outermost_modules_know_lsp(path: Path) -> None:
    outermost = {
        *("handlers.py", "notebook_handlers.py", "server.py"),
        *("convert.py", "items.py", "workspace_edit.py"),
    }
    assert path.name in outermost or "lsprotocol" not in packages(all_imports(path))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_prints_and_names_are_telling(path: Path) -> None:
    calls = (node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    assert not any(isinstance(call, ast.Name) and call.id == "print" for call in calls)
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_error_is_swallowed_untyped_outside_the_two_fences(path: Path) -> None:
    handlers = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ExceptHandler)]
    broad = [handler for handler in handlers if is_broad(handler)]
    swallowing = [handler for handler in broad if not isinstance(handler.body[-1], ast.Raise)]
    assert not swallowing or name_of(path) in FENCES


def is_broad(handler: ast.ExceptHandler) -> bool:
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    return bool({"Exception", "BaseException"} & set(caught.strip("()").split(", ")))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or 0) - node.body[0].lineno + 1
            assert lines <= LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))


def test_nothing_imports_trusted_remote_code_or_pickles() -> None:
    for path in MODULES:
        assert not packages(all_imports(path)) & {"pickle", "dill", "cloudpickle"}, path
        assert "trust_remote_code=True" not in path.read_text(encoding="utf-8"), path
