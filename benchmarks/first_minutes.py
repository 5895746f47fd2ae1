"""From nothing to a first filled block and a first ghost text: seconds and bytes of each step.

`PYTHONPATH=tests python benchmarks/first_minutes.py` (Linux) does what the READMEs of a commit say,
in a home with nothing in it: a clone, the first command in its parts, then Neovim and VS Code as
they come, in which somebody types until something is suggested. The editors themselves are there
before (`tests/editor_programs.py`), as is Python. Ends every process whose home that was.
"""

import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from code_server import SETTINGS, Window, chromium, code_server
from editor_programs import fetched
from neovim_window import opened, unpacked
from newcomer import NEVER, Newcomer
from results import run, write
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
KEY_S, REST_S = 0.15, 2.5
"""Seconds from key to key, and at the end of a line."""
ROUNDS = 8
CODE = """\
def area(width, height):
    return width * height


def perimeter(width, height):
    return 2 * (width + height)


def is_square(width, height):
    return width == height


def diagonal(width, height):
    return (width ** 2 + height ** 2) ** 0.5


"""
"""What is typed, again and again, until something is suggested."""
PROFILE = {
    **{name: value for name, value in SETTINGS.items() if not name.startswith("editor.")},
    "security.workspace.trust.enabled": False,
}
"""VS Code as it comes, but for what asks or talks of other things."""


def main(
    commit: Annotated[str, typer.Option(help="Whose READMEs are followed.")] = "HEAD",
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Follow the READMEs, and print what each step took and brought."""
    with TemporaryDirectory(prefix="unmask-", ignore_cleanup_errors=True) as folder:
        newcomer = Newcomer(home=Path(folder))
        try:
            _install(newcomer, commit)
            newcomer.leave()
            _neovim(newcomer)
            newcomer.leave()
            _vscode(newcomer)
        finally:
            newcomer.leave()
    table = Table("step", "seconds", "of a processor", "MB kept", "MB in caches", "", title=commit)
    for step in newcomer.steps:
        sizes = (f"{size:,.0f}" for size in (step.kept_mb, step.cached_mb))
        times = (f"{taken:,.1f}" for taken in (step.seconds, step.processor_s))
        table.add_row(step.name, *times, *sizes, step.note)
    Console().print(table)
    write(out, {"commit": commit, "steps": newcomer.steps})


def _install(newcomer: Newcomer, commit: str) -> None:
    checkout = f"git -C unmask checkout --quiet {_full(commit)}"
    newcomer.does("clone", f"git clone --quiet file://{ROOT} unmask && {checkout}")
    commands = re.findall(r"^```sh\n(.+)\n```$", newcomer.page(""), re.MULTILINE)[0]
    environment, install, fill = commands.split(" && ")
    newcomer.does("make the environment", environment)
    newcomer.does("install", install)
    newcomer.does("fetch the weights", ".venv/bin/unmask pull small")
    newcomer.does("first filled block", fill)
    newcomer.does("the same again", fill)
    link = 'ln -s "$PWD/.venv/bin/unmask" ~/.local/bin/'
    newcomer.does("link the command", f"mkdir -p ~/.local/bin && {link}")


def _neovim(newcomer: Newcomer) -> None:
    """Neovim with what its README puts into `init.lua`."""
    page = newcomer.page("editor_plugins/neovim")
    told = re.search(r"^ *```lua\n(.*?)```$", page, re.DOTALL | re.MULTILINE)
    assert told
    init = told[1].replace("/path/to/unmask", str(newcomer.clone))
    neovim = unpacked(fetched("neovim", "0.12"), "")
    with (
        newcomer.step("first ghost text in Neovim 0.12") as notes,
        opened(neovim, newcomer.home, newcomer.environment, init) as window,
    ):
        window.nvim.command(f"edit {newcomer.project()}/rectangle.py")
        window.type("i")
        notes += _typed(
            lambda key: window.type("<CR>" if key == "\n" else key),
            lambda: window.row()[len(window.nvim.current.line) :].strip(),
        )


def _vscode(newcomer: Newcomer) -> None:
    """VS Code as code-server, with the extension made and installed."""
    page = newcomer.page("editor_plugins/vscode")
    told = re.search(r"Make the extension with `(.+?)`", page)
    assert told
    newcomer.does("make the VS Code extension", told[1])
    newcomer.leave()
    home, project = newcomer.home / "code", newcomer.project()
    vsix = newcomer.clone / "editor_plugins/vscode/dist/unmask.vsix"
    folder, browser = fetched("code_server", "4.139.1"), fetched("chromium", "150") / "run"
    with (
        newcomer.step("first ghost text in VS Code") as notes,
        code_server(folder, home, vsix, PROFILE, newcomer.environment) as port,
        chromium(browser) as tab,
    ):
        window = Window(tab, port, project)
        window.edit(project / "rectangle.py")
        notes += _typed(
            lambda key: window.press("Enter") if key == "\n" else window.type(key),
            lambda: window.ghost().strip(),
        )


def _typed(press: Callable[[str], None], ghost: Callable[[], str]) -> list[str]:
    """Type until something is drawn, and say what; editors indent by themselves."""
    keys = 0
    for line in CODE.splitlines() * ROUNDS:
        for key in (*line.strip(), "\n"):
            press(key)
            keys += 1
            end = time.monotonic() + (REST_S if key == "\n" else KEY_S)
            while time.monotonic() < end:
                if drawn := ghost():
                    return [f"{keys} keys", drawn.partition("\n")[0]]
                time.sleep(0.05)
    return [NEVER, f"{keys} keys"]


def _full(commit: str) -> str:
    """Return the whole name of a commit of this repository."""
    command = ["git", "-C", str(ROOT), "rev-parse", commit]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    run(main)
