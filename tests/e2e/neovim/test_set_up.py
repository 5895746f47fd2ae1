"""Every way to set the plugin up that its pages tell, each on an empty profile."""

import re
import shutil
import textwrap
from pathlib import Path
from typing import Any

import pytest
from neovim_window import PLUGIN, Neovim, eventually, lua_of, opened
from pynvim import NvimError

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

AREA = ("def area(w, h):", "    size = w * h", "    return size")
HERE = "vim.lsp.config('unmask', {{ settings = {{ unmask = {} }} }})\n".format(
    "{ model = 'scripted', budget_ms = 0 }"
)
HEALTH = """
vim.cmd.checkhealth('unmask')
return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')
"""


def told(number: int) -> str:
    """One of the pieces of Lua in the README, with this checkout's path in it."""
    page = (PLUGIN / "README.md").read_text(encoding="utf-8")
    lua = re.findall(r"^( *)```lua\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)[number][1]
    return textwrap.dedent(lua).replace("/path/to/unmask", str(PLUGIN.parents[1]))


def test_a_newcomers_three_steps(neovim: Neovim, engine: Any, home: Path, tmp_path: Path) -> None:
    if neovim.ghost == "core":
        pytest.skip("who sets nothing gets the plugin's own drawing")
    environment = engine.on_path(home)
    model = "{ settings = { model = 'scripted', budget_ms = 0 } }"
    init = told(0).replace("setup()", f"setup({model})")
    with opened(neovim, home, environment, init) as window:
        window.edit(tmp_path / "area.py")
        window.type("idef area(w, h):<CR>")
        window.sees(*AREA)
        window.type("<Tab>")
        eventually(lambda: window.text() == "\n".join(AREA))
        assert window.messages().strip() == ""


def test_a_newcomer_is_asked_about_the_download(
    neovim: Neovim, engine: Any, home: Path, tmp_path: Path
) -> None:
    """Neovim itself draws the question, and waits for an answer."""
    environment = engine.on_path(home)
    with opened(neovim, home, environment, told(0)) as window:
        window.nvim.command(f"edit {tmp_path / 'area.py'}")
        # 0.10 says nothing else while it asks
        eventually(lambda: window.nvim.api.get_mode()["mode"] != "n")
        window.type("2<CR>")  # not now
        eventually(lambda: window.lua("return require('unmask').status()").endswith("download"))
        window.type("idef area(w, h):<CR>")
        eventually(lambda: window.text() == "def area(w, h):\n    ")


def test_the_file_alone_is_enough_for_neovim_0_12(
    neovim: Neovim, engine: Any, home: Path, tmp_path: Path
) -> None:
    if neovim.ghost == "own":
        pytest.skip("only Neovim 0.12 has inline completion of its own")
    copied = home / "config" / "nvim" / "lsp"
    copied.mkdir(parents=True)
    shutil.copy(PLUGIN / "lsp" / "unmask.lua", copied)
    environment = engine.on_path(home)
    with opened(neovim, home, environment, HERE + told(-1)) as window:
        window.edit(tmp_path / "area.py")
        window.type("idef area(w, h):<CR>")
        window.sees(*AREA)
        window.type("<Tab>")
        eventually(lambda: window.text() == "\n".join(AREA))
        window.type("<CR><Tab>")
        eventually(lambda: window.text().endswith(("\t", "    ")))


def test_health_is_clean(window: Any, tmp_path: Path) -> None:
    window.edit(tmp_path / "well.py")
    eventually(lambda: window.lua("return require('unmask.status').get() ~= nil"))
    said = window.lua(HEALTH)
    assert "ERROR" not in said
    assert "WARNING" not in said
    assert said.count("OK") == 3


def test_health_names_a_missing_command(
    neovim: Neovim, engine: Any, home: Path, tmp_path: Path
) -> None:
    init = (
        f"vim.opt.runtimepath:append({lua_of(str(PLUGIN))})\n"
        "require('unmask').setup({ cmd = { 'no-such-program', 'lsp' } })\n"
    )
    with opened(neovim, home, engine.environment, init) as window:
        assert "no command `no-such-program`" in window.lua(HEALTH)
        assert 'no command "no-such-program" here' in window.messages()


@pytest.mark.parametrize("options", ["{ key = {} }", "{ keys = { accepted = '<Tab>' } }"])
def test_a_mistyped_option_is_named(neovim: Neovim, engine: Any, home: Path, options: str) -> None:
    init = f"vim.opt.runtimepath:append({lua_of(str(PLUGIN))})\n"
    said = pytest.raises(NvimError, match=r"unmask: .*see :help unmask")
    with opened(neovim, home, engine.environment, init) as window, said:
        window.lua(f"require('unmask').setup({options})")
