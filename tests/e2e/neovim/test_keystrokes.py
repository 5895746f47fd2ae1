"""Whatever is typed, nothing breaks, and the server has the text that stands in the buffer."""

import random
from pathlib import Path

import pytest
from neovim_window import Window, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

KEYS = [
    *"abdefinorstuw_=+(){}[]:,.#'\"0123 ",
    *("<CR>", "<BS>", "<Tab>", "<Left>", "<Right>", "<Up>", "<Down>", "<C-W>", "ü😀"),
    *("<M-]>", "<M-[>", "<M-Right>", "<M-C-Right>", "<C-]>", "<M-Bslash>", "<C-N>", "<C-E>"),
    *("def area(w, h):<CR>", "best = ", "<Esc>a", "<Esc>ua", "<Esc>ddo", "<Esc>vbc", "<Esc>O"),
]
"""Whichever follows whichever, a person goes on writing."""
COUNT = 500


@pytest.mark.parametrize("seed", [1])
def test_500_random_keys_raise_no_error(window: Window, tmp_path: Path, seed: int) -> None:
    window.edit(tmp_path / "random.py")
    chance = random.Random(seed)
    window.type("i")
    for number in range(COUNT):
        window.type(chance.choice(KEYS))
        if number % 5 == 0:
            eventually(lambda: not window.nvim.api.get_mode()["blocking"])
    window.type("<Esc><Esc>")
    said = window.messages()
    assert "unmask" not in said.lower()
    assert "stack traceback" not in said
    assert "Error" not in said
    window.type(":%d<CR>idef area(w, h):<CR>")
    window.sees("def area(w, h):", "    size = w * h", "    return size")
