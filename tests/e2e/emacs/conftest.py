"""A real Emacs on a terminal."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from emacs_window import Window, init, opened

RULES = [
    {"left_ends_with": "    return ", "answer": "größe + 1"},
    {"left_ends_with": "def area(w, h):\n    ", "answer": "size = w * h\n    return size"},
    {"left_ends_with": "def pick(x):\n    ", "answer": "return x"},
    {"left_ends_with": "(x):\n    ", "answer": "yield x"},
]
"""What the model says where a module has no rules of its own."""


@pytest.fixture(scope="session")
def emacs(fetch: Callable[[str, str], Path]) -> Path:
    """A folder with Emacs and tmux; `emacs` and `tmux` in it start them."""
    return fetch("emacs", "30")


@pytest.fixture(scope="module")
def rules() -> list[dict[str, str]]:
    return RULES


@pytest.fixture(scope="module")
def engine(shared_backend: Any, rules: list[dict[str, str]]) -> Any:
    shared_backend.script(rules=rules, default="")
    return shared_backend


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    return project


@pytest.fixture
def settings() -> str:
    """What the test sets beside the model."""
    return ""


@pytest.fixture
def window(
    emacs: Path,
    engine: Any,
    server_command: list[str],
    settings: str,
    home: Path,
    project: Path,
) -> Iterator[Window]:
    own = f':model "scripted" :budget-ms 0 {settings}'
    (home / "init.el").write_text(init(server_command, own))
    with opened(emacs, home, engine.environment, f"--init-directory={home}") as window:
        window.edit(project / "area.py")
        yield window
