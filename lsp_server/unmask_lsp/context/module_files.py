"""Which files a text imports: guesses by the names of modules, of which those that exist count.

Knows no build system, but where a project says itself what its modules are called: in the `paths`
of a tsconfig.json and in a go.mod. Else a module is looked for beside the file and in the folders
above it, up to the workspace's root, and there in those that are for sources by custom.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from unmask_lsp.context.tsconfig import Aliases, Read
from unmask_lsp.syntax.imports import imports_of
from unmask_lsp.syntax.languages import Language

MOST_FILES = 20
"""Files that are taken of a text's imports, the first ones."""
MOST_FOLDERS = 6
"""Folders in which a module is looked for, the nearest ones."""
MOST_OF_PACKAGE = 8
"""Files that are taken of a folder that is one module, the first ones."""
SOURCES = ("", "src", "lib", "include", "src/main/java", "src/main/kotlin")
"""Where sources are kept by custom, counted from a folder above."""
_FOLDER_MODULES = ("__init__", "index", "mod")
_OUTER = re.compile(r"^((crate|self|super)::)+")
_SCRIPTS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".vue")
_COMPILED_FROM = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""TypeScript imports a script by the name it will have."""
_GO_MODULE = re.compile(r"^module\s+\"?([^\s\"]+)", re.MULTILINE)


def imported_files(text: str, language: Language, path: Path, root: Path, read: Read) -> list[Path]:
    """The files that a text, itself the file `path` below `root`, imports.

    `read` gives the text of a file of the workspace, and None where it must not be read.
    """
    modules = ModuleFiles(path=path, root=root, language=language, read=read)
    names = (name for one in imports_of(text, language) for name in one.modules)
    found = (file for name in dict.fromkeys(names) for file in modules.files(name))
    return list(islice(dict.fromkeys(found), MOST_FILES))


@dataclass(frozen=True, kw_only=True)
class ModuleFiles:
    """The modules that a file can import."""

    path: Path
    root: Path
    """The folder of the workspace that it is in."""
    language: Language
    """Its language's row."""
    read: Read
    """How a file is read in which a project speaks of its modules."""

    def files(self, name: str) -> list[Path]:
        """The files of a module: several where a folder is one module."""
        try:
            if self.language.id == "go":
                return list(islice(self._package(name), MOST_OF_PACKAGE))
            guesses = (guess.resolve() for guess in self._guesses(name))
            return list(islice((one for one in guesses if self._is_other_file(one)), 1))
        except (OSError, ValueError):  # a name that no file can have
            return []

    def _is_other_file(self, path: Path) -> bool:
        return path != self.path and path.is_file()

    def _guesses(self, name: str) -> Iterator[Path]:
        language = self.language.id
        if language.startswith(("javascript", "typescript")):
            yield from self._scripts(name)
        elif "/" in name or name.endswith((".h", ".hpp")) or language == "ruby":
            for folder in (self.path.parent, *self._places):
                yield from self._modules(folder / name, self.language.extensions)
        elif name.startswith("."):
            dots = len(name) - len(name.lstrip("."))
            folder = next(islice(self.path.parents, dots - 1, None), self.root)
            yield from self._dotted([folder], name)
        else:
            yield from self._dotted(self._places, _OUTER.sub("", name))

    def _dotted(self, starts: list[Path], name: str) -> Iterator[Path]:
        parts = [part for part in re.split(r"\.|::", name) if part]
        for start in starts:
            for count in (len(parts), len(parts) - 1):  # a module may define the last part
                yield from self._modules(start.joinpath(*parts[:count]), self.language.extensions)

    def _modules(self, module: Path, endings: tuple[str, ...]) -> Iterator[Path]:
        """A module's file, with or without its ending, or the one that stands for its folder."""
        yield module
        if module.name:
            yield from (module.with_name(module.name + one) for one in endings)
        if module.is_dir():
            yield from (module / f"{name}{one}" for one in endings for name in _FOLDER_MODULES)

    def _scripts(self, name: str) -> Iterator[Path]:
        is_near = name.startswith((".", "/"))
        targets = [self.path.parent / name] if is_near else self._aliases.targets(name)
        for module in targets:
            yield module
            yield from (module.with_suffix(one) for one in _COMPILED_FROM.get(module.suffix, ()))
            yield from self._modules(module, _SCRIPTS)

    def _package(self, name: str) -> Iterator[Path]:
        """The files of a Go package; its tests are for nobody else."""
        folder, module = self._go_module
        if not module or not f"{name}/".startswith(f"{module}/"):
            return
        package = folder / name[len(module) :].lstrip("/")
        if package != self.path.parent:
            files = (one.resolve() for one in sorted(package.glob("*.go")))
            yield from (one for one in files if not one.stem.endswith("_test"))

    @property
    def _above(self) -> Iterator[Path]:
        """The folders around the file, the nearest first."""
        return (folder for folder in self.path.parents if folder.is_relative_to(self.root))

    @cached_property
    def _places(self) -> list[Path]:
        """The folders that a name may count from."""
        near = islice(self._above, MOST_FOLDERS)
        places = (folder / source for folder in near for source in SOURCES)
        return [place for place in places if place.is_dir()]

    @cached_property
    def _aliases(self) -> Aliases:
        said = (Aliases.of(folder, self.read) for folder in self._above)
        return next((one for one in said if one), Aliases(folder=self.root))

    @cached_property
    def _go_module(self) -> tuple[Path, str]:
        """The folder of the nearest go.mod and what it calls its module; empty if there is none."""
        for folder in self._above:
            if found := _GO_MODULE.search(self.read(folder / "go.mod") or ""):
                return folder, found[1]
        return self.root, ""
