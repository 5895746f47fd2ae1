"""A person at a real Emacs on a terminal, set up as editor_plugins/emacs/README.md says.

What is seen is what the terminal shows; a suggestion is told by its colour.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PLUGIN = Path(__file__).parents[1] / "editor_plugins" / "emacs"
SET_UP, *_ = re.findall(r" *```elisp\n(.*?)```", (PLUGIN / "README.md").read_text(), re.S)
LOOK = '(set-face-attribute \'unmask-suggestion nil :foreground "#010203")'
GHOST = "38;2;1;2;3"
# An unpacked Emacs has no compiler of its own.
UNPACKED = "(setq native-comp-enable-subr-trampolines nil native-comp-jit-compilation nil)"
QUIET = """
(setq inhibit-startup-screen t make-backup-files nil create-lockfiles nil
      eglot-stay-out-of '(flymake))
(electric-pair-mode)
(add-to-list 'auto-mode-alist '("\\\\.\\\\(go\\\\|rs\\\\|ts\\\\)\\\\'" . prog-mode))
"""
TERMINAL = {"LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}


def init(command: Sequence[str], settings: str) -> str:
    """An init.el: what the README says, and what tests are better off with."""
    words = " ".join(map(json.dumps, command))
    return (
        UNPACKED
        + QUIET
        + f"(setq unmask-command '({words}) unmask-settings '({settings}))"
        + SET_UP.replace("~/unmask/editor_plugins/emacs", str(PLUGIN))
        + LOOK
    )


class Window:
    """An open Emacs; `tmux` is the command that reaches its terminal."""

    def __init__(self, tmux: Sequence[str]) -> None:
        self.tmux = tmux

    def run(self, *words: str) -> str:
        done = subprocess.run([*self.tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def edit(self, file: Path) -> None:
        """Open a file, and wait until Unmask serves it."""
        self.open(file)
        served = rf"{re.escape(file.name)} .*Unmask(?!:starting)"
        self.eventually(lambda: re.search(served, self.screen()))

    def open(self, file: Path) -> None:
        """Open a file, once Emacs has started."""
        self.eventually(lambda: "-UUU:" in self.screen() or "-UU-:" in self.screen())
        self.press("C-x", "C-f", "C-a", "C-k")
        self.type(str(file))
        self.press("Enter")

    def eventually(self, look: Callable[[], Any], seconds: float = 60) -> Any:
        """What `look` finds, once it finds something."""
        end = time.monotonic() + seconds
        while not (found := look()):
            assert time.monotonic() < end, f"after {seconds} s:\n{self.screen()}"
            time.sleep(0.1)
        return found

    def type(self, text: str) -> None:
        self.run("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    def call(self, command: str) -> None:
        self.press("M-x")
        self.type(command)
        self.press("Enter")

    def evaluate(self, lisp: str) -> None:
        self.press("M-:")
        self.type(lisp)
        self.press("Enter")

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, from 0; the first row of a text is 1."""
        column, row = self.run("display", "-p", "#{cursor_x},#{cursor_y}").split(",")
        return int(column), int(row)

    def ghost(self) -> str:
        """What is drawn as a suggestion: its lines without blanks at their ends, or nothing."""
        lines = self.run("capture-pane", "-p", "-e").splitlines()
        drawn = ["".join(re.findall(rf"\x1b\[[\d;]*{GHOST}m([^\x1b]*)", line)) for line in lines]
        return "\n".join(line.rstrip() for line in drawn if line)

    def saved(self, file: Path) -> str:
        self.press("C-x", "C-s")
        self.eventually(lambda: "Wrote" in self.screen())
        return file.read_bytes().decode()


@contextmanager
def opened(
    folder: Path, home: Path, environment: dict[str, str], *options: str
) -> Iterator[Window]:
    """Run the Emacs unpacked in `folder` on a terminal whose socket is in `home`, a short path."""
    tmux = [str(folder / "tmux"), "-u", "-S", str(home / "tmux"), "-f", os.devnull]
    env = {name: value for name, value in environment.items() if name != "TMUX"} | TERMINAL
    emacs = " ".join([str(folder / "emacs"), "-nw", *options])
    size = ["-x", "140", "-y", "30"]
    subprocess.run([*tmux, "new-session", "-d", *size, emacs], env=env, check=True)
    window = Window(tmux)
    try:
        yield window
    finally:
        window.run("kill-server")
