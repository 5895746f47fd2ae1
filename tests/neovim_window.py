"""A person at a real Neovim: presses keys, and sees what is drawn."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pynvim

PLUGIN = Path(__file__).parents[1] / "editor_plugins" / "neovim"
ROW = """
vim.cmd.redraw()
local cells, row = {}, vim.fn.winline()
for column = 1, vim.o.columns do
  cells[column] = vim.fn.screenstring(row, column)
end
return table.concat(cells)
"""
CELLS = """
vim.cmd.redraw()
local rows = {}
for row = 1, vim.o.lines do
  local cells = {}
  for column = 1, vim.o.columns do
    cells[column] = vim.fn.screenstring(row, column)
  end
  rows[row] = table.concat(cells):gsub('%s+$', '')
end
return rows
"""
LONGEST_END = 10
"""Seconds Neovim may take to end."""
READY = """
local client = vim.lsp.get_clients({ name = 'unmask', bufnr = 0 })[1]
return client and client.initialized or false
"""


@dataclass(frozen=True, kw_only=True)
class Neovim:
    """One version of the program, and who draws suggestions in it."""

    command: tuple[str, ...]
    runtime: str
    ghost: str


def unpacked(folder: Path, ghost: str) -> Neovim:
    """A Neovim in a folder, run with the libraries it came with."""
    command = [str(folder / "usr/bin/nvim")]
    for loader in folder.glob("usr/lib/*/ld-linux-*.so.*"):
        command = [str(loader), "--library-path", str(loader.parent), *command]
    runtime = str(folder / "usr/share/nvim/runtime")
    return Neovim(command=tuple(command), runtime=runtime, ghost=ghost)


def init(options: Mapping[str, Any], before: str = "") -> str:
    """An init.lua that sets the plugin up with options, after the Lua `before`."""
    return (
        f"vim.opt.runtimepath:prepend({lua_of(str(PLUGIN))})\n"
        f"{before}\nrequire('unmask').setup({lua_of(options)})\n"
    )


def said(neovim: Neovim, folder: Path, lua: str) -> Any:
    """What Lua that is run without a window, with the plugin's modules, writes as JSON."""
    script = folder / "script.lua"
    script.write_text(f"vim.opt.runtimepath:prepend({lua_of(str(PLUGIN))})\n{lua}")
    done = subprocess.run(
        [*neovim.command, "--headless", "-n", "-u", "NONE", "-l", str(script)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"VIMRUNTIME": neovim.runtime},
    )
    return json.loads(done.stdout)


def eventually(look: Callable[[], Any], seconds: float = 100) -> Any:
    """What `look` finds, once it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"nothing after {seconds} s"
        time.sleep(0.05)
    return found


class Window:
    """An open Neovim."""

    def __init__(self, nvim: pynvim.Nvim) -> None:
        self.nvim = nvim

    def close(self) -> None:
        """End Neovim, and wait for the end of the connection: pynvim leaves its socket open."""
        self.nvim.command("qall!", async_=True)
        self.nvim.loop.call_later(LONGEST_END, self.nvim.loop.stop)
        self.nvim.loop.run_forever()  # until the lost connection stops it
        self.nvim.close()

    def lua(self, code: str, *arguments: Any) -> Any:
        return self.nvim.exec_lua(code, *arguments)

    def edit(self, file: Path) -> None:
        """Open a file, and wait until the server knows it."""
        self.nvim.command(f"edit {file}")
        eventually(lambda: self.lua(READY))

    def type(self, keys: str) -> None:
        self.nvim.input(keys)

    def save(self) -> None:
        self.nvim.command("stopinsert")
        self.nvim.command("write")

    def text(self) -> str:
        return "\n".join(self.nvim.current.buffer[:])

    def cells(self) -> list[str]:
        """The rows of the screen, as they are drawn."""
        return list(self.lua(CELLS))

    def row(self) -> str:
        """The row of the cursor's line, as it is drawn; read in a moment."""
        return str(self.lua(ROW))

    def screen(self) -> str:
        return "\n".join(self.cells())

    def shows(self, *rows: str) -> bool:
        """Whether these rows stand on the screen one below the other."""
        cells = self.cells()
        spans = (cells[k : k + len(rows)] for k in range(len(cells)))
        return any(span == list(rows) for span in spans)

    def sees(self, *rows: str) -> None:
        """Wait until these rows stand on the screen one below the other."""
        try:
            eventually(lambda: self.shows(*rows))
        except AssertionError as error:
            raise AssertionError(f"{rows} is not on the screen:\n{self.screen()}") from error

    def messages(self) -> str:
        return str(self.nvim.command_output("messages"))


@contextmanager
def opened(
    neovim: Neovim, folder: Path, environment: Mapping[str, str], init: str
) -> Iterator[Window]:
    """Run a Neovim whose configuration is `init`, with homes of its own in `folder`."""
    homes = {
        f"XDG_{name}_HOME": str(folder / name.lower())
        for name in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    config = folder / "init.lua"
    config.write_text("vim.o.columns, vim.o.lines, vim.o.swapfile = 90, 30, false\n" + init)
    socket_path = folder / "nvim"
    options = ["--headless", "-n", "-i", "NONE", "-u", str(config), "--listen", str(socket_path)]
    own = {**environment, **homes, "VIMRUNTIME": neovim.runtime}
    with subprocess.Popen([*neovim.command, *options], env=own) as process:
        try:
            eventually(lambda: listens(socket_path))
            window = Window(pynvim.attach("socket", path=str(socket_path)))
            yield window
            window.close()
        finally:
            process.terminate()


def listens(socket_path: Path) -> bool:
    """Whether somebody answers at a Unix socket."""
    with socket.socket(socket.AF_UNIX) as knocking:
        return knocking.connect_ex(str(socket_path)) == 0


def lua_of(value: Any) -> str:
    """A value as Lua that means the same."""
    return f"vim.json.decode({json.dumps(json.dumps(value))})"
