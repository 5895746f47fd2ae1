"""The rooms that docs/rooms.toml lists, and what the code in them imports."""

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = {
    "unmask_lsp": ROOT / "lsp_server",
    "unmask_model": ROOT / "model",
    "unmask_train": ROOT / "model",
}
WATCHED = {
    *("gguf", "httpx", "lsprotocol", "numpy", "onnx", "onnxruntime", "pygls", "rich"),
    *("safetensors", "starlette", "tokenizers", "torch", "transformers", "tree_sitter"),
    *("typer", "uvicorn"),
}
"""Libraries that are heavy, or that only some rooms may know: `uses` says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A folder of a package, or a module beside the folders, that knows only what is above it."""

    package: str
    name: str
    says: str
    """Its docstring: what it is for, and what it never knows."""
    uses: frozenset[str]
    """Those of the watched libraries that it may import."""

    def modules(self) -> list[Path]:
        """Its files, in the order of their paths."""
        path = SOURCES[self.package] / self.package / self.name
        return sorted(path.rglob("*.py")) or [*path.parent.glob(f"{self.name}.py")]


@cache
def rooms(package: str) -> tuple[Room, ...]:
    """The rooms of a package; the one that knows least comes first."""
    listed = tomllib.loads((ROOT / "docs" / "rooms.toml").read_text(encoding="utf-8"))[package]
    return tuple(
        Room(package=package, name=name, says=row["is"], uses=frozenset(row["uses"]))
        for name, row in listed.items()
    )


def modules() -> list[Path]:
    """Every file of the three packages."""
    return sorted(chain(*((SOURCES[name] / name).rglob("*.py") for name in SOURCES)))


def module_name(path: Path) -> str:
    """`unmask_lsp.text.documents` for its path; a folder's name for its `__init__`."""
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What some statements import, by full names: modules, and names out of our own packages."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            is_package = _path_of(module).is_dir()
            yield from (f"{module}.{one.name}" if is_package else module for one in node.names)


@cache
def imports(path: Path) -> set[str]:
    """What a file imports, wherever in it."""
    return set(imported(ast.walk(tree_of(path))))


def room_of(name: str) -> tuple[str, str]:
    """Package and room of a full name; the room is empty at a package's root."""
    package, _, rest = name.partition(".")
    return package, rest.partition(".")[0]


def imported_rooms(room: Room) -> list[str]:
    """Rooms of the same package that a room imports, in their order."""
    found = {room_of(name) for path in room.modules() for name in imports(path)}
    there = {name for package, name in found if package == room.package} - {room.name}
    return [one.name for one in rooms(room.package) if one.name in there]


def _path_of(name: str) -> Path:
    package = name.partition(".")[0]
    return SOURCES.get(package, ROOT / ".cache").joinpath(*name.split("."))
