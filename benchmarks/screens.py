"""Real editors for a benchmark: each opens a file, goes to a line, presses a key, reads its screen.

They are those of the tests (`tests/*_window.py`, `tests/code_server.py`), so `tests` must be on the
`PYTHONPATH`; each runs on an empty profile, with the plugin as its README sets it up.
"""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import code_server
import emacs_window
import neovim_window
from editor_programs import fetched

VSIX = Path(__file__).parents[1] / "editor_plugins" / "vscode" / "dist" / "unmask.vsix"
LINES = """() => [...document.querySelectorAll('.editor-instance .view-line')]
  .map((line) => line.textContent.replaceAll('\\u00a0', ' ')).join('\\n')"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an editor is started with."""

    home: Path
    """An empty folder; its path is short, for sockets."""
    file: Path
    """The file to open; nothing else is in its folder."""
    command: tuple[str, ...]
    """The command that starts the language server."""
    settings: Mapping[str, Any]
    """Settings of the server."""
    environment: dict[str, str]
    """Variables of the editor and what it starts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A person at an editor, in the file."""

    go: Callable[[int], None]
    """Puts the cursor at the end of a line, counted from 1, ready to type."""
    key: Callable[[str], None]
    """Presses the key of a character."""
    take: Callable[[], None]
    """Accepts the suggestion."""
    text: Callable[[], str]
    """Reads what is drawn now, the cursor's line among it."""


Open = Callable[[Profile], AbstractContextManager[Screen]]


def neovim(ghost: str) -> Open:
    """Return what opens Neovim 0.12; what is read are drawn cells of the cursor's row.

    `ghost` says who asks and draws: "core" or "own".
    """

    @contextmanager
    def opening(profile: Profile) -> Iterator[Screen]:
        program = neovim_window.unpacked(fetched("neovim", "0.12"), ghost)
        options = {"cmd": profile.command, "ghost": ghost, "settings": profile.settings}
        init = neovim_window.init(options)
        with neovim_window.opened(program, profile.home, profile.environment, init) as window:
            window.edit(profile.file)
            yield Screen(
                go=lambda line: window.type(f"<Esc>{line}GA"),
                key=window.type,
                take=lambda: window.type("<Tab>"),
                text=window.row,
            )

    return opening


@contextmanager
def vscode(profile: Profile) -> Iterator[Screen]:
    """Open VS Code in a browser; what is read is the page."""
    started = profile.home / "unmask"
    started.write_text(f"#!/bin/sh\nexec {' '.join(profile.command)} --verbose\n")
    started.chmod(0o755)
    settings = {f"unmask.{name}": value for name, value in profile.settings.items()}
    own = {"unmask.command": str(started), "security.workspace.trust.enabled": False}
    folder = fetched("code_server", "4.139.1")
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    browser = Path(installed) if installed else fetched("chromium", "150") / "run"
    with (
        code_server.code_server(
            folder, profile.home, VSIX, code_server.SETTINGS | settings | own, profile.environment
        ) as port,
        code_server.chromium(browser) as page,
    ):
        window = code_server.Window(page, port, profile.file.parent)
        window.says("ready")
        window.edit(profile.file)
        yield Screen(
            go=lambda line: window.press("Control+Home", *["ArrowDown"] * (line - 1), "End"),
            key=window.press,
            take=lambda: window.press("Tab"),
            text=lambda: str(page.evaluate(LINES)),
        )


@contextmanager
def emacs(profile: Profile) -> Iterator[Screen]:
    """Open Emacs on a terminal; what is read is the terminal."""
    words = (f":{name} {_lisp(value)}" for name, value in profile.settings.items())
    init = emacs_window.init(profile.command, " ".join(words))
    (profile.home / "init.el").write_text(init)
    options = [f"--init-directory={profile.home}"]
    with emacs_window.opened(
        fetched("emacs", "30"), profile.home, profile.environment, *options
    ) as window:
        window.edit(profile.file)
        there = "(progn (goto-char 1) (forward-line {}) (end-of-line))"
        yield Screen(
            go=lambda line: window.evaluate(there.format(line - 1)),
            key=window.type,
            take=lambda: window.press("Tab"),
            text=window.screen,
        )


def _lisp(value: str | float) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


EDITORS: dict[str, Open] = {
    "neovim core": neovim("core"),
    "neovim own": neovim("own"),
    "vscode": vscode,
    "emacs": emacs,
}
