"""What a person asks for by name, and how the server's state is shown."""

import asyncio
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from emacs_window import Window

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_selection_is_filled_with_what_is_chosen(window: Window, project: Path) -> None:
    file = project / "fill.py"
    file.write_text("def pick(x):\n    pass\n")
    window.edit(file)
    window.press("M->", "C-Space", "C-b", "C-b", "C-b", "C-b", "C-b")
    window.call("unmask-fill-selection")
    window.eventually(lambda: "apply" in window.screen() and "return x" in window.screen())
    window.type("n")
    window.eventually(lambda: "(2 of" in window.screen() and "yield x" in window.screen())
    window.type("y")
    window.eventually(lambda: "apply" not in window.screen())
    assert window.saved(file) == "def pick(x):\n    yield x\n"


def test_the_server_says_why_and_how_much(window: Window) -> None:
    window.type("def pick(x):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.call("unmask-explain")
    window.eventually(lambda: "8 characters on 1 lines were shown" in window.screen())
    window.call("unmask-stats")
    window.eventually(lambda: "shown" in window.screen())


@pytest.mark.parametrize("settings", [":enabled :json-false"])
def test_the_mode_line_says_how_the_server_is(window: Window) -> None:
    window.eventually(lambda: "Unmask:off" in window.screen())


def test_nothing_is_suggested_where_it_is_switched_off(window: Window, project: Path) -> None:
    window.call("unmask-mode")
    window.type("def area(w, h):")
    window.press("Enter", "Tab")
    assert window.saved(project / "area.py") == "def area(w, h):\n    \n"
    assert not window.ghost()
    window.call("unmask-mode")
    window.press("M->", "BSpace")
    window.eventually(window.ghost)


def test_nothing_is_left_of_a_server_that_was_ended(window: Window, project: Path) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.evaluate("(unmask-server-stop unmask-document-server)")
    window.eventually(lambda: "Unmask:ended" in window.screen())
    assert not window.ghost()
    window.press("BSpace", "Tab")
    assert window.saved(project / "area.py") == "def area(w, h):\n    \n"


def test_a_pause_is_told_and_ended(window: Window) -> None:
    window.call("unmask-snooze")
    window.eventually(lambda: "Unmask:off" in window.screen())
    window.call("unmask-status")
    window.eventually(lambda: "paused until" in window.screen())
    window.call("unmask-act")
    window.eventually(lambda: "Unmask:off" not in window.screen())


def test_another_server_of_the_buffer_is_left_alone(window: Window) -> None:
    """Eglot manages the buffer with a server of its own; here it is the same program."""
    window.evaluate(
        "(progn (require 'eglot)"
        " (setq eglot-server-programs (list (cons 'python-mode unmask-command)))"
        " (eglot-ensure) (eglot--maybe-activate-editing-mode))"
    )
    window.eventually(lambda: "[eglot:" in window.screen())
    window.type("def area(w, h):")
    window.press("Enter")
    assert window.eventually(window.ghost) == "size = w * h\n    return size"
    window.evaluate("(list 'servers (length unmask-servers) (eglot-managed-p))")
    window.eventually(lambda: "(servers 1 t)" in window.screen())


def test_a_killed_engine_costs_one_suggestion(window: Window, engine: Any) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    os.kill(asyncio.run(engine.engine_pid()), signal.SIGKILL)
    window.press("C-g", "Enter")
    window.type("return ")

    def typed_again() -> str:
        window.press("BSpace")
        window.type(" ")
        time.sleep(2)  # the engine starts anew, and a suggestion takes a moment
        return window.ghost()

    assert window.eventually(typed_again) == "größe + 1"
