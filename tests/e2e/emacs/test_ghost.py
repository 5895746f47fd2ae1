"""What a person sees and gets: suggestions by drawn cells, and files byte by byte."""

from pathlib import Path

import pytest
from emacs_window import Window

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_a_block_is_drawn_and_accepted_with_tab(window: Window, project: Path) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    assert window.eventually(window.ghost) == "size = w * h\n    return size"
    assert window.cursor() == (4, 2)
    window.press("Tab")
    window.eventually(lambda: not window.ghost())
    assert window.saved(project / "area.py") == (
        "def area(w, h):\n    size = w * h\n    return size\n"
    )


def test_a_suggestion_is_dismissed_by_a_key_and_by_moving_away(window: Window) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.press("C-g")
    window.eventually(lambda: not window.ghost())
    window.press("BSpace")
    window.type("    ")
    window.eventually(window.ghost)
    window.press("Up")
    window.eventually(lambda: not window.ghost())


def test_a_suggestion_stays_while_it_is_typed(window: Window, project: Path) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.type("size")
    window.eventually(lambda: window.ghost() == " = w * h\n    return size")
    window.press("Tab")
    assert window.saved(project / "area.py") == (
        "def area(w, h):\n    size = w * h\n    return size\n"
    )


def test_a_word_and_a_line_are_accepted(window: Window, project: Path) -> None:
    window.type("def area(w, h):")
    window.press("Enter")
    window.eventually(window.ghost)
    window.press("M-f")
    window.eventually(lambda: window.ghost() == " = w * h\n    return size")
    window.press("C-e")
    window.eventually(lambda: window.ghost() == "\n    return size")
    assert window.cursor() == (len("    size = w * h"), 2)
    assert window.saved(project / "area.py") == "def area(w, h):\n    size = w * h\n"


def test_there_is_a_next_suggestion_and_a_previous_one(window: Window) -> None:
    window.type("def pick(x):")
    window.press("Enter")
    assert window.eventually(window.ghost) == "return x"
    window.press("M-n")
    window.eventually(lambda: window.ghost() == "yield x")
    window.press("M-p")
    window.eventually(lambda: window.ghost() == "return x")


def test_letters_of_many_bytes(window: Window, project: Path) -> None:
    window.type("größe = '漢😀'")
    window.press("Enter")
    window.type("if größe:")
    window.press("Enter")
    window.type("return ")
    assert window.eventually(window.ghost) == "größe + 1"
    window.press("Tab")
    assert window.saved(project / "area.py").endswith("    return größe + 1\n")


def test_a_file_of_carriage_returns_keeps_them(window: Window, project: Path) -> None:
    file = project / "dos.py"
    file.write_bytes(b"def area(w, h):\r\n")
    window.edit(file)
    window.press("M->")
    window.type("    ")
    assert window.eventually(window.ghost) == "size = w * h\n    return size"
    window.press("Tab")
    assert window.saved(file) == "def area(w, h):\r\n    size = w * h\r\n    return size\r\n"
