"""The README's steps in an empty home folder, up to a first suggestion."""

from pathlib import Path
from typing import Any

import pytest
from emacs_window import LOOK, PLUGIN, SET_UP, UNPACKED, Window, opened

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

SCRIPTED = """
(setq-default unmask-settings '(:model "scripted" :budget-ms 0))
"""


@pytest.fixture
def environment(engine: Any, home: Path) -> dict[str, str]:
    """Of a person who has done what the README says, and nothing else."""
    (home / "unmask").symlink_to(PLUGIN.parents[1])
    (home / ".emacs.d").mkdir()
    (home / ".emacs.d" / "early-init.el").write_text(UNPACKED)
    (home / ".emacs.d" / "init.el").write_text(SET_UP)
    return {**engine.on_path(home), "HOME": str(home)}


def test_a_newcomer_sees_that_the_model_is_missing_and_is_not_stopped(
    emacs: Path, environment: dict[str, str], home: Path, project: Path
) -> None:
    with opened(emacs, home, environment) as window:
        window.open(project / "area.py")
        shows(window, "Unmask:no-model")
        window.type("x = 1")
        window.call("unmask-status")
        shows(window, "small is not on this machine yet; Download the model")
        assert window.saved(project / "area.py") == "x = 1\n"


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
