"""The README's steps in an empty home folder, up to a first suggestion."""

from pathlib import Path
from typing import Any

import pytest
from emacs_window import EGLOT, INSTALLED, LOOK, LSP_MODE, PLUGIN, UNPACKED, Window, opened

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

INIT = {"eglot": EGLOT, "lsp-mode": INSTALLED + LSP_MODE}
SCRIPTED = """
(setq unmask-settings '(:model "scripted" :budget_ms 0) lsp-auto-guess-root t)
"""


@pytest.fixture
def environment(client: str, engine: Any, home: Path) -> dict[str, str]:
    """Of a person who has done what the README says, and nothing else."""
    (home / "unmask").symlink_to(PLUGIN.parents[1])
    (home / ".emacs.d").mkdir()
    (home / ".emacs.d" / "early-init.el").write_text(UNPACKED)
    (home / ".emacs.d" / "init.el").write_text(INIT[client])
    return {**engine.on_path(home), "HOME": str(home)}


def test_a_newcomer_is_asked_about_the_download(
    client: str, emacs: Path, environment: dict[str, str], home: Path, project: Path
) -> None:
    with opened(emacs, home, environment) as window:
        window.open(project / "area.py")
        if client == "lsp-mode":
            shows(window, "Select action:")
            window.type("i")  # yes, this folder is a project
        shows(window, "Download now?")
        window.press("C-a", "C-k")  # Eglot's minibuffer holds the first answer
        window.type("Not")
        window.press("Tab", "Enter")
        shows(window, "Unmask:no-model")


def test_a_newcomers_first_suggestion(
    emacs: Path, environment: dict[str, str], home: Path, project: Path
) -> None:
    """The model `scripted` stands in for one that has been downloaded."""
    with (home / ".emacs.d" / "init.el").open("a") as init:
        init.write(SCRIPTED + LOOK)
    with opened(emacs, home, environment) as window:
        window.edit(project / "area.py")
        window.type("def area(w, h):")
        window.press("Enter")
        assert window.eventually(window.ghost) == "size = w * h\n    return size"
        window.press("Tab")
        assert window.saved(project / "area.py") == (
            "def area(w, h):\n    size = w * h\n    return size\n"
        )


def shows(window: Window, text: str) -> None:
    window.eventually(lambda: text in window.screen())
