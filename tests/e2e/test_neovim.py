"""Unmask in a real Neovim, set up as editor_plugins/neovim/README.md says."""

import gc
import json
import re
import subprocess
import textwrap
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pynvim
import pytest

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

PLUGIN = Path(__file__).parents[2] / "editor_plugins" / "neovim"
NAMESPACE = "nvim.lsp.inline_completion"
RULES = [
    {"left_ends_with": "    return ", "answer": "größe + 1"},
    {"left_ends_with": "def area(w, h):\n    ", "answer": "size = w * h\n    return size"},
    {"left_ends_with": "def second(x):\n    ", "answer": "return x"},
]


def set_up_as_told() -> str:
    """The first Lua of the README."""
    found = re.search(r"```lua\n(.*?)```", (PLUGIN / "README.md").read_text(), re.DOTALL)
    assert found
    return textwrap.dedent("   " + found[1])


def eventually(look: Callable[[], Any], seconds: float = 60) -> Any:
    """What `look` finds, once it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"nothing after {seconds} s"
        time.sleep(0.05)
    return found


class Window:
    """A person at a Neovim."""

    def __init__(self, nvim: pynvim.Nvim) -> None:
        self.nvim = nvim

    def leave(self) -> None:
        """End Neovim. pynvim leaves its socket to the garbage collector, which would complain."""
        self.nvim.command("qall!", async_=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            self.nvim.close()
            del self.nvim
            gc.collect()

    def edit(self, file: Path) -> None:
        self.nvim.command(f"edit {file}")
        eventually(lambda: self.nvim.exec_lua("return #vim.lsp.get_clients({bufnr = 0}) > 0"))
        ready = "return vim.lsp.get_clients({bufnr = 0})[1].initialized == true"
        eventually(lambda: self.nvim.exec_lua(ready))

    def type(self, keys: str) -> None:
        self.nvim.input(keys)

    def ghost(self) -> str:
        """The suggestion as it is drawn: its lines, or nothing."""
        space = self.nvim.api.create_namespace(NAMESPACE)
        marks = self.nvim.api.buf_get_extmarks(0, space, 0, -1, {"details": True})
        if not marks:
            return ""
        details = marks[0][3]
        lines = [details["virt_text"], *details.get("virt_lines", [])]
        return "\n".join("".join(text for text, *_ in line) for line in lines)

    def text(self) -> str:
        return "\n".join(self.nvim.current.buffer[:])


@pytest.fixture
def window(
    neovim: list[str],
    backend: Any,
    server_command: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Window]:
    for home in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{home}_HOME", str(tmp_path / home.lower()))
    backend.script(rules=RULES, default="")
    here = {"cmd": server_command, "settings": {"unmask": {"model": "scripted", "budget_ms": 0}}}
    init = tmp_path / "init.lua"
    init.write_text(
        f"vim.opt.runtimepath:prepend({json.dumps(str(PLUGIN))})\n"
        f"vim.lsp.config('unmask', vim.json.decode({json.dumps(json.dumps(here))}))\n"
        + set_up_as_told()
    )
    socket = backend.folder / "neovim"
    options = ["--headless", "-n", "-i", "NONE", "-u", str(init), "--listen", str(socket)]
    with subprocess.Popen([*neovim, *options]) as process:
        eventually(socket.exists)
        window = Window(pynvim.attach("socket", path=str(socket)))
        yield window
        window.leave()
        process.terminate()


def test_a_block_is_drawn_and_accepted_with_tab(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "area.py")
    window.type("idef area(w, h):<CR>")
    assert eventually(window.ghost) == "size = w * h\n    return size"
    window.type("<Tab>")
    assert eventually(lambda: "size" in window.text() and window.text()) == (
        "def area(w, h):\n    size = w * h\n    return size"
    )
    assert window.ghost() == ""


def test_a_line_after_letters_of_many_bytes(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "wide.py"
    file.write_text("größe = '漢😀'\nif größe:\n")
    window.edit(file)
    window.type("Goreturn ")
    assert eventually(window.ghost) == "größe + 1"
    window.type("<Tab>")
    eventually(lambda: window.text().endswith("    return größe + 1"))


def test_a_file_of_carriage_returns_gets_no_stray_ones(window: Window, tmp_path: Path) -> None:
    file = tmp_path / "dos.py"
    file.write_bytes(b"def area(w, h):\r\n")
    window.edit(file)
    window.type("Go")
    assert eventually(window.ghost) == "size = w * h\n    return size"
    window.type("<Tab>")
    eventually(lambda: window.text().endswith("return size"))
    window.type("<Esc>:write<CR>")
    written = b"def area(w, h):\r\n    size = w * h\r\n    return size\r\n"
    eventually(lambda: file.read_bytes() == written)


def test_tab_is_a_tab_where_nothing_is_suggested(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "tab.py")
    window.type("i<Tab>")
    eventually(lambda: window.text() in ("\t", " " * 4, " " * 8))


def test_a_second_buffer_is_served_too(window: Window, tmp_path: Path) -> None:
    window.edit(tmp_path / "first.py")
    window.type("idef area(w, h):<CR>")
    eventually(window.ghost)
    window.type("<Esc>:write<CR>")
    window.edit(tmp_path / "second.py")
    window.type("idef second(x):<CR>")
    assert eventually(window.ghost) == "return x"
