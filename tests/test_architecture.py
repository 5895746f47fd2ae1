"""What must stay true of the whole code, read from its imports (docs/architecture.md says why)."""

import ast
from pathlib import Path

import pytest
from rooms import (
    ROOT,
    SOURCES,
    WATCHED,
    Room,
    imported,
    imported_rooms,
    imports,
    module_name,
    modules,
    room_of,
    rooms,
    tree_of,
)

LSP, MODEL, TRAIN = (folder / package for package, folder in SOURCES.items())
MODULES = modules()
ROOMS = [room for package in SOURCES for room in rooms(package)]
FACES = {
    f"{room.package}.{room.name}": path
    for room in ROOMS
    for path in room.modules()[:1]
    if path.name == "__init__.py"
}
VAGUE = {"utils", "util", "helpers", "common", "core", "manager", "service", "misc"}
HEAVY = {"torch", "transformers", "gguf", "safetensors", "numpy", "tokenizers", "unmask_train"}
# Whatever fails, the session or the loop goes on; nowhere else may an error be swallowed.
FENCES = {
    "unmask_lsp/server/handlers.py",
    "unmask_lsp/server/protocol.py",
    "unmask_model/engine/worker.py",
}
LONGEST_FILE, LONGEST_FUNCTION, MOST_MODULES = 350, 50, 15


def name_of(path: Path) -> str:
    """The path from its source root: unmask_lsp/server/server.py."""
    return path.relative_to(ROOT).as_posix().partition("/")[2]


def name_of_room(room: Room) -> str:
    return f"{room.package}.{room.name}"


def imports_on_load(path: Path) -> set[str]:
    """Without those inside functions and under TYPE_CHECKING."""
    found: set[str] = set()
    todo: list[ast.AST] = [tree_of(path)]
    while todo:
        node = todo.pop()
        found |= set(imported([node]))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            todo.extend(ast.iter_child_nodes(node))
    return found


def packages(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def docstring_of(path: Path) -> str:
    return " ".join((ast.get_docstring(tree_of(path)) or "").split())


def face_of(path: Path) -> set[str]:
    """What `__all__` lists."""
    for node in tree_of(path).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_every_module_is_in_a_room_that_is_listed_and_every_room_is_there() -> None:
    listed = {(room.package, room.name) for room in ROOMS} | {(p, "") for p in SOURCES}
    astray = {module_name(path) for path in MODULES if room_of(module_name(path)) not in listed}
    assert astray - {"unmask_lsp.__main__"} == set(), "add the room to docs/rooms.toml"
    assert [room for room in ROOMS if not room.modules()] == []


@pytest.mark.parametrize("room", ROOMS, ids=name_of_room)
def test_a_room_imports_only_from_rooms_above_it(room: Room) -> None:
    above = [one.name for one in rooms(room.package)]
    assert set(imported_rooms(room)) <= set(above[: above.index(room.name)])


@pytest.mark.parametrize("room", ROOMS, ids=name_of_room)
def test_a_room_uses_the_libraries_that_are_listed_for_it_and_no_others(room: Room) -> None:
    uses = {
        (library, path) for path in room.modules() for library in packages(imports(path)) & WATCHED
    }
    assert {(library, path) for library, path in uses if library not in room.uses} == set()
    assert room.uses == {library for library, _ in uses}


@pytest.mark.parametrize("room", ROOMS, ids=name_of_room)
def test_a_room_says_of_itself_what_the_list_says(room: Room) -> None:
    assert all(docstring_of(path).startswith(room.says) for path in room.modules()[:1])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_of_another_room_only_its_public_face_is_imported(path: Path) -> None:
    here = room_of(module_name(path))
    for name in imports(path):
        there, rest = room_of(name), name.split(".")[2:]
        if there != here and (face := FACES.get(".".join(there))):
            assert set(rest[:1]) <= face_of(face), f"{name} is not in __all__ of {name_of(face)}"


@pytest.mark.parametrize("face", FACES.values(), ids=name_of)
def test_a_public_face_lists_what_there_is(face: Path) -> None:
    modules_there = {path.stem for path in face.parent.iterdir()}
    assert face_of(face) <= modules_there


def test_no_folder_has_more_modules_than_a_newcomer_can_take_in() -> None:
    for folder in {path.parent for path in MODULES}:
        there = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(there) <= MOST_MODULES, folder


def test_tests_are_in_the_rooms_they_test() -> None:
    halves = {"lsp_server": LSP, "model": MODEL, "train": TRAIN}
    for half, package in halves.items():
        tests = ROOT / "tests" / half
        for path in tests.rglob("test_*.py"):
            assert (package / path.relative_to(tests)).parent.is_dir(), path


@pytest.mark.parametrize("path", sorted(MODEL.rglob("*.py")), ids=name_of)
def test_the_model_half_knows_no_editor_and_no_syntax(path: Path) -> None:
    text_half = {"pygls", "lsprotocol", "tree_sitter", "unmask_lsp", "unmask_train", "typer"}
    assert not packages(imports(path)) & text_half


@pytest.mark.parametrize("path", sorted(LSP.rglob("*.py")), ids=name_of)
def test_the_text_half_loads_nothing_heavy(path: Path) -> None:
    assert not packages(imports_on_load(path)) & HEAVY


@pytest.mark.parametrize("path", sorted(LSP.rglob("*.py")), ids=name_of)
def test_only_commands_know_more_of_the_model_half_than_its_plain_data(path: Path) -> None:
    if path.parent == LSP / "cli":
        return
    known = {name for name in imports(path) if name.startswith("unmask_model")}
    plain = {"errors", "memory", "request"}
    assert known <= {f"unmask_model.protocol.{name}" for name in plain}


@pytest.mark.parametrize("path", sorted(TRAIN.rglob("*.py")), ids=name_of)
def test_training_knows_of_the_text_half_only_its_syntax(path: Path) -> None:
    known = {room_of(name) for name in imports(path) if name.startswith("unmask_lsp")}
    assert known <= {("unmask_lsp", "text"), ("unmask_lsp", "syntax")}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_prints_and_names_are_telling(path: Path) -> None:
    calls = (node.func for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    assert not any(isinstance(call, ast.Name) and call.id == "print" for call in calls)
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_error_is_swallowed_untyped_outside_the_fences(path: Path) -> None:
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
        assert not packages(imports(path)) & {"pickle", "dill", "cloudpickle"}, path
        assert "trust_remote_code=True" not in path.read_text(encoding="utf-8"), path


def test_one_module_of_the_text_half_builds_requests() -> None:
    """Completion, fills and the command ask for the same things in the same way."""
    building = {
        name_of(path)
        for path in LSP.rglob("*.py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "InfillRequest"
    }
    assert building == {"unmask_lsp/suggest/engine_request.py"}
