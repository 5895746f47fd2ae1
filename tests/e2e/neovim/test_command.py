"""`:Unmask` and the status line, with the real server."""

import asyncio
import os
import re
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from neovim_window import Neovim, Window, eventually, init, opened
from pynvim import NvimError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

AREA = ("def area(w, h):", "    size = w * h", "    return size")
STATUS = "return require('unmask.status').line()"
STATUS_LINE = "vim.o.statusline = '[%{v:lua.require(\"unmask\").status()}]'"


def sees(window: Window, text: str) -> bool:
    return text in window.screen()


def test_off_means_off_until_it_is_on_again(open_window: Any, tmp_path: Path) -> None:
    with open_window(STATUS_LINE) as window:
        window.edit(tmp_path / "switched.py")
        window.nvim.command("Unmask off")
        eventually(partial(sees, window, "[Unmask: off]"))
        window.type("idef area(w, h):<CR>")
        eventually(lambda: window.text() == "def area(w, h):\n    ")
        assert not sees(window, "size")
        window.nvim.command("Unmask toggle")
        eventually(partial(sees, window, "[Unmask]"))
        window.type("x<BS>")
        window.sees(*AREA)


@pytest.mark.parametrize("off", ["Unmask! off", "Unmask off!"])
def test_off_in_one_buffer_leaves_the_others_alone(
    window: Window, tmp_path: Path, off: str
) -> None:
    window.edit(tmp_path / "quiet.py")
    window.nvim.command(off)
    assert "off here: switched off for this buffer" in window.lua(STATUS)
    window.type("idef area(w, h):<CR>")
    eventually(lambda: window.text() == "def area(w, h):\n    ")
    window.save()
    window.edit(tmp_path / "served.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.save()
    window.nvim.command(f"edit {tmp_path / 'quiet.py'}")
    assert not sees(window, "size")
    window.nvim.command("Unmask! toggle")
    window.type("GA<Space><Space><Space><Space>")
    window.sees(*AREA)


def test_a_setting_is_changed_and_said(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "reserved.py")
    window.nvim.command("Unmask eagerness")
    window.nvim.command("Unmask eagerness manual")
    window.nvim.command("Unmask eagerness")
    window.nvim.command("Unmask model")
    said = window.messages()
    assert "eagerness is the server's default" in said
    assert "eagerness is manual" in said
    assert "model is scripted" in said
    window.type("idef area(w, h):<CR>")
    window.type("<M-Bslash>")
    window.sees(*AREA)


def test_a_model_that_is_none_is_told_of(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "model.py")
    window.nvim.command("Unmask model nosuch")
    eventually(lambda: "'nosuch'" in window.messages())
    eventually(partial(window.lua, "return require('unmask').status() == 'Unmask: problem'"))


def test_a_pause_is_told_and_ended_by_what_helps(open_window: Any, tmp_path: Path) -> None:
    with open_window(STATUS_LINE) as window:
        window.edit(tmp_path / "paused.py")
        window.nvim.command("Unmask snooze")
        eventually(partial(sees, window, "[Unmask: off]"))
        assert re.search("paused until .*; :Unmask act: Resume suggestions$", window.lua(STATUS))
        window.nvim.command("Unmask act")
        eventually(partial(sees, window, "[Unmask]"))
        window.type("idef area(w, h):<CR>")
        window.sees(*AREA)


def test_a_project_without_a_repository_is_known_by_its_files(
    window: Window, tmp_path: Path
) -> None:
    (tmp_path / "crate" / "src").mkdir(parents=True)
    (tmp_path / "crate" / "Cargo.toml").touch()
    window.edit(tmp_path / "crate" / "src" / "main.rs")
    root = window.lua("return vim.lsp.get_clients({ name = 'unmask', bufnr = 0 })[1].root_dir")
    assert root == str(tmp_path / "crate")


def test_words_are_completed(window: Window) -> None:
    complete = "return vim.fn.getcompletion(..., 'cmdline')"
    assert window.lua(complete, "Unmask o") == ["off", "on"]
    assert window.lua(complete, "Unmask! t") == ["toggle"]
    assert window.lua(complete, "Unmask fill ") == ["body", "file", "redo", "selection"]
    assert window.lua(complete, "Unmask eagerness m") == ["manual"]
    assert window.lua(complete, "Unmask explain ") == []


def test_an_unknown_word_is_named(window: Window) -> None:
    with pytest.raises(NvimError, match="there is no :Unmask nonsense"):
        window.nvim.command("Unmask nonsense")


def test_a_selection_is_filled_after_a_look(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "filled.py"
    file.write_text("best = 0\nprint(best)\n")
    window.edit(file)
    window.type("gg$v")
    window.type(":Unmask fill<CR>")
    eventually(partial(sees, window, "+best = first_choice(1)"))
    assert sees(window, "-best = 0")
    assert file.read_text() == "best = 0\nprint(best)\n"
    window.type("<Tab>")
    eventually(partial(sees, window, "+best = second_choice(2)"))
    window.type("<CR>")
    eventually(lambda: window.text() == "best = second_choice(2)\nprint(best)")
    window.save()
    assert file.read_text() == "best = second_choice(2)\nprint(best)\n"


def test_the_last_selection_is_filled_with_as_many_candidates_as_are_set(
    open_window: Any, tmp_path: Path
) -> None:
    file = tmp_path / "last.py"
    file.write_text("best = 0\nprint(best)\n")
    with open_window(candidates=1) as window:
        window.edit(file)
        window.type("gg$v<Esc>G")
        window.type(":Unmask fill selection<CR>")
        eventually(partial(sees, window, "+best = first_choice(1)"))
        assert sees(window, "(1/1)")


def test_the_status_is_of_the_file_that_is_looked_at(open_window: Any, tmp_path: Path) -> None:
    with open_window(STATUS_LINE, excluded_files=["private.py"]) as window:
        window.edit(tmp_path / "private.py")
        eventually(partial(sees, window, "[Unmask: private]"))
        window.edit(tmp_path / "open.py")
        eventually(partial(sees, window, "[Unmask]"))
        window.nvim.command(f"edit {tmp_path / 'private.py'}")
        eventually(partial(sees, window, "[Unmask: private]"))
        assert "private: excluded by private.py" in window.lua(STATUS)


def test_a_selection_ends_behind_its_last_character_however_long(
    window: Window, tmp_path: Path
) -> None:
    file = tmp_path / "long.py"
    file.write_text("best = 😀\nprint(best)\n")
    window.edit(file)
    window.type("gg$v:Unmask fill<CR>")
    eventually(partial(sees, window, "+best = first_choice(1)"))
    window.type("<CR>")
    eventually(lambda: window.text() == "best = first_choice(1)\nprint(best)")


def test_typing_while_something_is_filled_is_said_to_end_that(
    neovim: Neovim, backend: Any, home: Path, tmp_path: Path
) -> None:
    backend.script(default="first_choice(1)", pass_ms=5000)
    options = {
        "cmd": [sys.executable, "-m", "unmask_lsp", "lsp", "--verbose"],
        "settings": {"model": "scripted", "invoked_budget_ms": 0, "eagerness": "manual"},
    }
    file = tmp_path / "changed.py"
    file.write_text("best = 0\nprint(best)\n")
    with opened(neovim, home, backend.environment, init(options)) as window:
        window.edit(file)
        window.type("gg$v:Unmask fill<CR>")
        time.sleep(1)  # the question is on its way before the text changes
        window.type("Gox<Esc>")
        eventually(lambda: "the text has changed meanwhile" in window.messages())


def test_a_preview_that_is_left_changes_nothing(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "left.py"
    file.write_text("best = 0\nprint(best)\n")
    window.edit(file)
    window.type("gg$v:Unmask fill<CR>")
    eventually(partial(sees, window, "+best = first_choice(1)"))
    window.type("q")
    eventually(lambda: not sees(window, "first_choice"))
    assert window.text() == "best = 0\nprint(best)"


@pytest.mark.parametrize("word", ["explain", "stats"])
def test_what_the_server_tells_is_shown_in_a_window(
    window: Window, tmp_path: Path, word: str
) -> None:
    window.edit(tmp_path / "told.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    window.type("<Esc>")
    window.nvim.command(f"Unmask {word}")
    eventually(lambda: window.nvim.current.buffer.options["filetype"] == "unmask")
    assert "-----" in window.text(), "its sections are underlined"
    assert "|" not in window.text(), "its tables are columns"
    window.type("q")
    eventually(lambda: window.nvim.current.buffer.options["filetype"] == "python")


def test_a_killed_engine_is_said_and_started_again(
    open_window: Any, engine: Any, tmp_path: Path
) -> None:
    seen = (
        "vim.g.seen = {}\n"
        "vim.api.nvim_create_autocmd('User', { pattern = 'UnmaskStatus', callback = function(e)\n"
        "  vim.g.seen = vim.list_extend(vim.g.seen, { e.data.state })\n"
        "end })\n"
    )
    with open_window(STATUS_LINE + "\n" + seen) as window:
        window.edit(tmp_path / "killed.py")
        window.type("idef area(w, h):<CR>")
        window.sees(*AREA)
        window.type("<C-]>")
        os.kill(asyncio.run(engine.engine_pid()), signal.SIGKILL)
        window.lua("vim.g.seen = {}")
        window.type("<Esc>:%d<CR>idef second(x):<CR>")
        eventually(lambda: {"problem", "loading"} & set(window.lua("return vim.g.seen")))
        window.type("<Esc>:%d<CR>idef second(x):<CR>")
        window.sees("def second(x):", "    return x")
        eventually(partial(sees, window, "[Unmask]"))


def test_restart_ends_the_engine(window: Window, engine: Any, tmp_path: Path) -> None:
    window.edit(tmp_path / "restarted.py")
    window.type("idef area(w, h):<CR>")
    window.sees(*AREA)
    ended = asyncio.run(engine.engine_pid())
    window.type("<Esc>")
    window.nvim.command("Unmask restart")
    eventually(lambda: not engine.is_running(ended))
    window.type(":%d<CR>idef second(x):<CR>")
    window.sees("def second(x):", "    return x")


def test_the_log_opens(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "logged.py")
    window.nvim.command("Unmask log")
    assert window.nvim.current.buffer.name.endswith("lsp.log")
