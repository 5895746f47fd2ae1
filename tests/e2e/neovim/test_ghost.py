"""What a person sees and gets: suggestions by drawn cells, and files byte by byte."""

from pathlib import Path
from typing import Any

import pytest
from neovim_window import Window, eventually

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

AREA = ("def area(w, h):", "    size = w * h", "    return size")


def test_a_block_is_drawn_and_accepted_with_tab(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "area.py"
    window.edit(file)
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    assert window.text() == "def area(w, h):\n    "
    window.type("<Tab>")
    eventually(lambda: window.text() == "\n".join(AREA))
    window.save()
    assert file.read_bytes() == b"def area(w, h):\n    size = w * h\n    return size\n"
    assert window.screen().count("return size") == 1


@pytest.mark.parametrize("key", ["<C-]>", "<Esc>"])
def test_a_suggestion_is_dismissed(window: Window, tmp_path: Path, key: str) -> None:
    window.edit(tmp_path / "dismissed.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.type(key)
    eventually(lambda: "size" not in window.screen())
    assert window.text().rstrip() == "def area(w, h):"


def test_a_suggestion_is_taken_word_by_word_and_line_by_line(
    window: Window, tmp_path: Path
) -> None:
    window.edit(tmp_path / "parts.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.type("<M-Right>")
    eventually(lambda: window.text() == "def area(w, h):\n    size")
    window.sees(*AREA)
    window.type("<M-Right>")
    eventually(lambda: window.text() == "def area(w, h):\n    size =")
    window.sees(*AREA)
    window.type("<M-C-Right>")
    eventually(lambda: window.text() == "def area(w, h):\n    size = w * h")
    window.sees(*AREA)
    window.type("<M-C-Right>")
    eventually(lambda: window.text() == "\n".join(AREA))


def test_what_is_typed_of_a_suggestion_is_not_typed_again(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "through.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.type("size = ")
    window.sees(*AREA)
    window.type("w<Tab>")  # at once, before anything is asked again
    eventually(lambda: window.text() == "\n".join(AREA))


def test_what_does_not_fit_any_more_is_not_accepted(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "other.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.type("x<C-]>")
    window.type("y")
    eventually(lambda: window.text() == "def area(w, h):\n    xy")
    eventually(lambda: "size" not in window.screen())


def test_undo_takes_back_what_was_accepted_and_no_more(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "undone.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.type("<Tab>")
    eventually(lambda: window.text() == "\n".join(AREA))
    window.type("<Esc>u")
    eventually(lambda: window.text().rstrip() == "def area(w, h):")


def test_the_next_suggestion_and_the_one_before(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "several.py")
    window.type("ibest = ")
    eventually(lambda: "best = first_choice(1)" in window.screen())
    window.type("<M-]>")
    eventually(lambda: "best = second_choice(2)" in window.screen())
    window.type("<M-[>")
    eventually(lambda: "best = first_choice(1)" in window.screen())
    window.type("<M-[>")  # around the end
    eventually(lambda: "best = second_choice(2)" in window.screen())
    window.type("<Tab>")
    eventually(lambda: window.text() == "best = second_choice(2)")


def test_a_line_after_letters_of_many_bytes(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "wide.py"
    file.write_text("größe = '漢😀'\nif größe:\n")
    window.edit(file)
    window.type("Goreturn ")
    eventually(lambda: "    return größe + 1" in window.screen())
    window.type("<Tab>")
    eventually(lambda: window.text().endswith("    return größe + 1"))


def test_a_file_of_carriage_returns_gets_no_stray_ones(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "dos.py"
    file.write_bytes(b"def area(w, h):\r\n")
    window.edit(file)
    window.type("Go")
    window.sees(*AREA)
    window.type("<Tab>")
    eventually(lambda: window.text() == "\n".join(AREA))
    window.save()
    assert file.read_bytes() == b"def area(w, h):\r\n    size = w * h\r\n    return size\r\n"


def test_a_second_buffer_is_served_too(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "first.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.save()
    window.edit(tmp_path / "second.py")
    window.type("idef second(x):<CR>")
    window.sees("def second(x):", "    return x")


def test_manual_means_when_a_key_asks(open_window: Any, tmp_path: Path) -> None:
    with open_window(eagerness="manual") as window:
        window.edit(tmp_path / "manual.py")
        window.type("idef area(w, h):<CR>")
        eventually(lambda: window.text() == "def area(w, h):\n    ")
        window.type("<M-Bslash>")
        window.sees(*AREA)
        window.type("<Tab>")
        eventually(lambda: window.text() == "\n".join(AREA))
