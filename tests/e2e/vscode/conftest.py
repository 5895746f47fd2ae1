"""VS Code as it is installed: the .vsix that .ci/vsix makes, in a browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from auto_closed import script
from code_server import ANSWER, AREA, SETTINGS, Window, chromium, code_server

PLUGIN = Path(__file__).parents[3] / "editor_plugins" / "vscode"
VSIX = PLUGIN / "dist" / "unmask.vsix"
RULES = [
    {"left_ends_with": AREA, "answer": ANSWER},
    {"left_ends_with": "def area(w, h):\r\n    ", "answer": ANSWER},
    {"left_ends_with": "def half(x):\n    ", "answer": "return x / 2"},
    {"left_ends_with": "def half(x):\n    ", "answer": "yield x * 0.5"},
    {"left_ends_with": "if größe:\n    return ", "answer": "größe + 1"},
    {"left_ends_with": "rate = 0.5\nprint(", "answer": "rate"},
]
"""What the model says in all windows."""


@pytest.fixture(scope="module")
def vsix() -> Path:
    """The extension, made from the manifest as it is."""
    if not VSIX.exists():
        pytest.skip(f"no {VSIX.relative_to(PLUGIN.parents[1])}: run .ci/vsix, which makes it")
    with ZipFile(VSIX) as packed:
        assert packed.read("extension/package.json") == (PLUGIN / "package.json").read_bytes(), (
            "the .vsix is older than its manifest: run .ci/vsix"
        )
    return VSIX


@pytest.fixture(scope="module")
def browser(fetch: Callable[[str, str], Path]) -> Path:
    """A browser: one that is installed, else one that is fetched."""
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    return Path(installed) if installed else fetch("chromium", "150") / "run"


@pytest.fixture(scope="module")
def settings(shared_backend: Any) -> dict[str, Any]:
    return {
        **SETTINGS,
        "unmask.command": str(shared_backend.command(shared_backend.folder)),
        "unmask.model": "scripted",
        "unmask.budgetMs": 0,
        "security.workspace.trust.enabled": False,
    }


@pytest.fixture(scope="module")
def shared_window(
    fetch: Callable[[str, str], Path],
    browser: Path,
    vsix: Path,
    shared_backend: Any,
    settings: dict[str, Any],
) -> Iterator[Window]:
    """A window for all tests of a module, with an engine that is awake."""
    shared_backend.script(rules=[*RULES, *script()["rules"]], default="")
    home, project = shared_backend.folder / "home", shared_backend.folder / "project"
    project.mkdir()
    folder = fetch("code_server", "4.139.1")
    with (
        code_server(folder, home, vsix, settings, shared_backend.environment) as port,
        chromium(browser) as page,
    ):
        window = Window(page, port, project)
        window.says("ready")
        started = project / "started.py"
        started.write_text("def half(x):\n    ")
        window.edit(started)
        window.drawn_again()
        yield window


@pytest.fixture
def window(shared_window: Window) -> Iterator[Window]:
    yield shared_window
    shared_window.command("View: Revert and Close Editor")


@pytest.fixture
def file(window: Window, request: pytest.FixtureRequest) -> Path:
    """An empty Python file, open, of a name of its own."""
    file = window.project / f"{request.node.name}.py"
    file.touch()
    window.edit(file)
    return file
