"""Draws docs/pictures/recording.svg: a real session in Neovim, on the default model.

`PYTHONPATH=tests python benchmarks/recording.py OUT` types into Neovim, the plugin set up as its
README says, and keeps the screen after each key; what the model suggests is what is drawn. Each
screen stays for as long as the scene says: the picture shows what happens, not how fast. The
picture is an SVG that moves by itself, and is light or dark as its page is.
"""

import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Annotated

import typer
from editor_programs import fetched
from neovim_window import Window, eventually, init, opened, unpacked
from results import run

from unmask_model.weights.sources.cache import VARIABLE, Cache

NEOVIM = "0.12"
ROWS, COLUMNS = 24, 84
LINE, CHARACTER = 18, 8.4
"""Pixels of a row, and of a character."""
KEY_S, LOOK_S = 0.09, 1.8
"""Seconds that a screen stays after a key, and where there is something to look at."""
CODE = '''\
"""Rectangles."""

from dataclasses import dataclass


@dataclass
class Rectangle:
    width: float
    height: float

    def perimeter(self):
        return 2 * (self.width + self.height)

    def area(self):

    def scaled(self, factor):
        return Rectangle(self.width * factor, self.height * factor)
'''
PLACE, TYPED = 14, "retu"
"""Line below which something is typed, and what."""
SHOWN = """
local answer = require('unmask.ghost').shown(vim.api.nvim_get_current_buf())
return answer and answer:rest().text
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is drawn for a while."""

    rows: tuple[str, ...]
    seconds: float
    caption: str
    typed: frozenset[str]
    """Lines of the file: what is drawn besides is a suggestion."""


def main(out: Annotated[Path, typer.Argument(help="Where the picture goes.")]) -> None:
    """Record the session and draw it."""
    out.write_text(drawn(list(_session())), encoding="utf-8")


def _session() -> Iterator[Screen]:
    options = {
        "cmd": [sys.executable, "-m", "unmask_lsp", "lsp"],
        "ghost": "own",
        "settings": {"model": "small", "budget_ms": 0, "eagerness": "eager"},
    }
    looks = (
        f"vim.o.columns, vim.o.lines, vim.o.laststatus, vim.o.cmdheight = {COLUMNS}, {ROWS}, 0, 1"
    )
    with tempfile.TemporaryDirectory(prefix="unmask-") as home:
        folder = Path(home)
        file = folder / "tide.py"
        file.write_text(CODE, encoding="utf-8")
        neovim = unpacked(fetched("neovim", NEOVIM), "own")
        cache = str(Cache.of_user().root)
        environment = {"PATH": "/usr/bin:/bin", "HOME": home, VARIABLE: cache}
        setting = f"{init(options)}\n{looks}\nvim.o.ruler, vim.o.showmode = false, false\n"
        with opened(neovim, folder, environment, setting) as window:
            window.edit(file)
            yield from _scenes(window)


def _scenes(window: Window) -> Iterator[Screen]:
    """A block between two sides, its acceptance, the rest of a line, and why nothing is shown."""
    window.nvim.command(f"normal! {PLACE}G")
    yield _seen(window, LOOK_S, "a body is missing")
    window.type("o<C-u>        ")
    yield from _typing(window, TYPED, "typing")
    eventually(lambda: window.lua(SHOWN))
    yield _seen(window, LOOK_S, "suggested: grey, nothing is in the file yet")
    window.type("<Tab>")
    yield _seen(window, LOOK_S, "Tab accepts")
    window.type("<Esc>G")
    window.type("o")
    yield from _typing(window, "<C-u>def is_square(rectangle):", "typing")
    window.type("<CR>")
    eventually(lambda: window.lua(SHOWN), 30)
    yield _seen(window, LOOK_S, "a line of its own")
    window.type("<Tab>")
    yield _seen(window, LOOK_S, "")
    window.type("<Esc>")
    window.nvim.command("Unmask explain")
    time.sleep(1.5)
    page = _seen(window, 2 * LOOK_S, ":Unmask explain says what the last answer came to, and why")
    yield replace(page, typed=frozenset(page.rows))


def _typing(window: Window, keys: str, caption: str) -> Iterator[Screen]:
    for key in re.findall(r"<[^>]+>|.", keys):
        window.type(key)
        time.sleep(0.05)
        yield _seen(window, KEY_S, caption)


def _seen(window: Window, seconds: float, caption: str) -> Screen:
    rows = tuple(window.cells()[:ROWS])
    lines = frozenset(line.rstrip() for line in window.nvim.current.buffer[:])
    return Screen(rows=rows, seconds=seconds, caption=caption, typed=lines)


def drawn(screens: list[Screen]) -> str:
    """The picture: one group a screen, each visible in its part of the time."""
    whole = sum(screen.seconds for screen in screens)
    width, height = COLUMNS * CHARACTER + 24, (ROWS + 1) * LINE + 20
    shown, rules, start = [], [], 0.0
    for index, screen in enumerate(screens):
        first, last = 100 * start / whole, 100 * (start + screen.seconds) / whole
        rules.append(
            f"@keyframes s{index} {{ 0%, {first:.3f}% {{ visibility: hidden }}"
            f" {first + 0.001:.3f}%, {last:.3f}% {{ visibility: visible }}"
            f" {last + 0.001:.3f}%, 100% {{ visibility: hidden }} }}"
        )
        shown.append(_group(screen, index, whole))
        start += screen.seconds
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}"'
        f' width="{width:.0f}" role="img">\n<title>Unmask in Neovim</title>\n<style>\n{STYLE}'
        f"{chr(10).join(rules)}\n</style>\n"
        f'<rect class="page" width="{width:.0f}" height="{height}" rx="8"/>\n'
        f"{''.join(shown)}</svg>\n"
    )


STYLE = """\
text { font: 14px ui-monospace, Menlo, Consolas, monospace; fill: #24292f; white-space: pre }
.page { fill: #f6f8fa } .ghost { fill: #8b949e; font-style: italic }
.caption { font: 13px system-ui, sans-serif; fill: #57606a }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .page { fill: #161b22 } .ghost { fill: #7d8590 } .caption { fill: #8d96a0 }
}
"""


def _group(screen: Screen, index: int, whole: float) -> str:
    style = f"visibility: hidden; animation: s{index} {whole:.2f}s infinite"
    rows = "".join(_row(screen, number, row) for number, row in enumerate(screen.rows) if row)
    caption = (
        f'<text class="caption" x="12" y="{(ROWS + 1) * LINE + 6}">{escape(screen.caption)}</text>'
    )
    return f'<g style="{style}">{rows}{caption}</g>\n'


def _row(screen: Screen, number: int, row: str) -> str:
    """A row of the screen; what of it is not in the file is a suggestion, or another window."""
    written = max((line for line in screen.typed if row.startswith(line)), key=len, default="")
    known, rest = (row, "") if row in screen.typed or row == "~" else (written, row[len(written) :])
    x, y = 12.0, (number + 1) * LINE + 4
    parts = f'<text x="{x}" y="{y}">{escape(known)}</text>' if known.strip("~ ") else ""
    if rest:
        x += len(known) * CHARACTER
        parts += f'<text class="ghost" x="{x:.1f}" y="{y}">{escape(rest)}</text>'
    return parts


if __name__ == "__main__":
    run(main)
