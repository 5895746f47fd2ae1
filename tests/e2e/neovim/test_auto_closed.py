"""The table of auto-closed brackets and places inside a line, in Neovim."""

from functools import partial
from pathlib import Path

import pytest
from auto_closed import Case, auto_closed
from neovim_window import Window, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

MAP = "local key, closing = ... vim.keymap.set('i', key, closing, { buffer = 0 })"


def put_cursor(window: Window, case: Case) -> None:
    """Open the file with the cursor where the case has it, in insert mode."""
    row = case.left.count("\n") + 1
    column = len(case.left.rpartition("\n")[2].encode())
    window.type("i")
    window.nvim.current.window.cursor = (row, column)


def reads(window: Window, text: str) -> bool:
    return window.text() + "\n" == text


def test_what_was_closed_is_not_closed_again(window: Window, tmp_path: Path) -> None:
    for case in auto_closed():
        file = tmp_path / case.file
        file.write_text(case.left + case.right)
        window.edit(file)
        window.lua("vim.bo.indentkeys, vim.bo.cinkeys = '', ''")
        if case.closed:
            closing = case.typed + case.closed + "<C-G>U<Left>"
            window.lua(MAP, case.typed, closing)
        put_cursor(window, case)
        window.type(case.typed)
        eventually(partial(window.lua, "return require('unmask').is_visible()"))
        window.type("<Tab>")
        eventually(partial(reads, window, case.after))
        window.save()
        assert file.read_text() == case.after
