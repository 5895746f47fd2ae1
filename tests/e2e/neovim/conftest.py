"""Real Neovims, the oldest that is served and the newest, each with what can draw in it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from auto_closed import script
from neovim_window import Neovim, Window, init, opened, unpacked

RULES = [
    {"left_ends_with": "def area(w, h):\n    ", "answer": "size = w * h\n    return size"},
    {"left_ends_with": "def second(x):\n    ", "answer": "return x"},
    {"left_ends_with": "if größe:\n    return ", "answer": "größe + 1"},
    {"left_ends_with": "best = ", "answer": "first_choice(1)"},
    {"left_ends_with": "best = ", "answer": "second_choice(2)"},
    {"left_ends_with": "total = 0\n", "right_starts_with": "print", "answer": "total += 1\n"},
    *script()["rules"],
]
"""What the model says in all these tests: each writes somewhere else."""
Open = Callable[..., AbstractContextManager[Window]]


def version_of(command: tuple[str, ...]) -> str:
    done = subprocess.run([*command, "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"NVIM v(\d+\.\d+)", done.stdout)
    return found[1] if found else "none"


@pytest.fixture(scope="module", params=["0.10 own", "0.11 own", "0.12 core", "0.12 own"])
def neovim(request: pytest.FixtureRequest, fetch: Callable[[str, str], Path]) -> Neovim:
    """A version of Neovim, and who asks and draws in it: the core or the plugin's own module."""
    version, ghost = request.param.split()
    folder = fetch("neovim", version)
    neovim = unpacked(folder, ghost)
    if version_of(neovim.command) != version:
        pytest.skip(f"{folder} holds another Neovim; remove it, and {version} is fetched again")
    return neovim


@pytest.fixture(scope="module")
def engine(shared_backend: Any) -> Any:
    shared_backend.script(rules=RULES, default="")
    return shared_backend


@pytest.fixture
def open_window(neovim: Neovim, engine: Any, home: Path) -> Open:
    def opening(before: str = "", **settings: Any) -> AbstractContextManager[Window]:
        """A Neovim with the plugin set up, after the Lua `before`, with these settings."""
        options = {
            "cmd": [sys.executable, "-m", "unmask_lsp", "lsp", "--verbose"],
            "ghost": neovim.ghost,
            "settings": {"model": "scripted", "budget_ms": 0, "invoked_budget_ms": 0, **settings},
        }
        return opened(neovim, home, engine.environment, init(options, before))

    return opening


@pytest.fixture
def window(open_window: Open) -> Iterator[Window]:
    with open_window() as window:
        yield window
