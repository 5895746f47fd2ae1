"""Unmask in a real VS Code, installed from the .vsix that .ci/vsix makes."""

import asyncio
import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from auto_closed import auto_closed
from code_server import ANSWER, AREA, Window, eventually

# A window takes long to open on a busy machine, and the first test of a module waits for it.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def test_a_block_is_drawn_and_taken_with_tab(window: Window, file: Path) -> None:
    window.type("def area(w, h):\n")
    window.drawn(ANSWER)
    assert file.read_text() == ""
    window.press("Tab")
    window.drawn("")
    assert window.saved(file) == AREA + ANSWER


def test_a_cell_of_a_notebook_goes_on_from_the_cells_above_it(window: Window) -> None:
    cells = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}
        for source in ("rate = 0.5", "")
    ]
    notebook = window.project / "rates.ipynb"
    metadata = {"language_info": {"name": "python"}}
    about = {"nbformat": 4, "nbformat_minor": 2, "metadata": metadata}
    notebook.write_text(json.dumps(about | {"cells": cells}))
    window.open_notebook(notebook, cell=1)
    window.type("print(")
    window.drawn("rate")
    window.press("Tab")
    assert "print(rate)" in window.saved(notebook)


def test_escape_hides_it_and_leaves_the_file_as_it_is(window: Window, file: Path) -> None:
    window.type("def area(w, h):\n")
    window.drawn(ANSWER)
    window.press("Escape")
    window.drawn("")
    assert window.saved(file) == AREA


def test_it_stays_while_it_is_typed(window: Window, file: Path) -> None:
    window.type("def area(w, h):\n")
    window.drawn(ANSWER)
    window.type("size =")
    window.drawn(" w * h\n    return size")
    window.press("Tab")
    assert window.saved(file) == AREA + ANSWER


def test_a_key_asks_for_more_and_two_keys_go_through_them(window: Window, file: Path) -> None:
    window.type("def half(x):\n")
    window.drawn("return x / 2")
    window.press("Alt+]")
    window.drawn("yield x * 0.5")
    window.press("Alt+[")
    window.drawn("return x / 2")
    window.press("Alt+]")
    window.drawn("yield x * 0.5")
    window.press("Tab")
    assert window.saved(file) == "def half(x):\n    yield x * 0.5"


def test_a_word_and_a_line_are_taken(window: Window, file: Path) -> None:
    window.type("def area(w, h):\n")
    window.drawn(ANSWER)
    window.press("Control+ArrowRight")
    window.drawn(" = w * h\n    return size")
    window.press("Shift+Alt+]")
    eventually(lambda: "size = w * h" not in window.ghost(), window.seen)
    assert window.saved(file).startswith(AREA + "size = w * h")


def test_letters_of_many_units_are_counted_right(window: Window, file: Path) -> None:
    window.type("größe = '漢😀'")
    window.press("End")
    window.type("\nif größe:\nreturn ")
    window.drawn("größe + 1")
    window.press("Tab")
    assert window.saved(file) == "größe = '漢😀'\nif größe:\n    return größe + 1"


def test_a_file_of_carriage_returns_gets_no_stray_ones(window: Window) -> None:
    file = window.project / "dos.py"
    file.write_bytes(b"def area(w, h):\r\n")
    window.edit(file)
    window.type("    ")
    window.drawn(ANSWER)
    window.press("Tab")
    assert window.saved(file) == "def area(w, h):\r\n    size = w * h\r\n    return size"


def filling(window: Window, name: str) -> Path:
    """A file whose body is selected and asked to be filled."""
    file = window.project / name
    file.write_text("def half(x):\n    return None\n")
    window.edit(file)
    window.press("ArrowUp", "End", "Shift+Home", "Control+Alt+u")
    return file


def test_a_body_is_filled_with_what_was_picked_in_a_preview(window: Window) -> None:
    file = filling(window, "half.py")
    window.page.wait_for_selector(".monaco-diff-editor")
    preview = window.page.locator(
        ".monaco-diff-editor .editor.modified .view-lines[role=presentation]"
    )
    eventually(lambda: "x / 2" in preview.inner_text().replace("\u00a0", " "), window.seen)
    assert file.read_text() == "def half(x):\n    return None\n"
    window.press("ArrowDown")
    eventually(lambda: "x * 0.5" in preview.inner_text().replace("\u00a0", " "), window.seen)
    window.press("Enter")
    eventually(lambda: not window.page.locator(".monaco-diff-editor").count(), window.seen)
    written = "def half(x):\n    yield x * 0.5\n"
    eventually(lambda: window.saved(file) == written, window.seen)


def test_escape_in_the_preview_leaves_the_file_as_it_is(window: Window) -> None:
    file = filling(window, "kept.py")
    window.page.wait_for_selector(".monaco-diff-editor")
    window.page.wait_for_selector(".quick-input-widget")  # what Escape is for
    window.press("Escape")
    eventually(lambda: not window.page.locator(".monaco-diff-editor").count(), window.seen)
    assert window.saved(file) == "def half(x):\n    return None\n"


def test_a_quick_escape_leaves_no_preview_open(window: Window) -> None:
    filling(window, "quick.py")
    window.page.wait_for_selector('.quick-input-widget:visible:has-text("which one?")')
    window.press("Escape")
    window.page.wait_for_timeout(3000)  # a preview that came late would be there by then
    assert not window.page.locator(".monaco-diff-editor").count()


def test_an_engine_killed_between_requests_comes_back(
    window: Window, file: Path, shared_backend: Any
) -> None:
    """Nothing was being answered, so nothing is lost and no problem is told of."""
    window.type("def area(w, h):\n")
    window.drawn(ANSWER)
    with ThreadPoolExecutor(1) as thread:  # Playwright keeps this one's loop
        pid = thread.submit(asyncio.run, shared_backend.engine_pid()).result()
    os.kill(pid, signal.SIGKILL)
    window.press("Control+a", "Delete")
    window.type("def half(x):\n")
    drawn = window.drawn_again()
    assert drawn == "   return x / 2", "one space is there, and the level it begins is finished"
    assert "ready" in window.statuses()[-1]


def test_what_the_editor_has_closed_is_not_closed_again(window: Window) -> None:
    wrong = {}
    for case in auto_closed():
        file = window.project / case.file
        file.write_text(case.left + case.right, encoding="utf-8")
        window.edit(file)
        window.press(*["ArrowLeft"] * len(case.right))
        window.type(case.typed)
        eventually(window.ghost, window.seen)
        window.press("Tab")
        saved = window.saved(file)
        window.command("View: Revert and Close Editor")
        if saved != case.after:
            wrong[case.name] = saved
    assert wrong == {}
