"""Draws docs/pictures/vscode-*.png: VS Code as a person sees it, on the model `scripted`.

`PYTHONPATH=tests:lsp_server:model python benchmarks/pictures.py docs/pictures`, after `.ci/vsix`.
What the model says is written here: the pictures show the editor, not how good the model is.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from code_server import SETTINGS, Window, chromium, code_server, eventually
from editor_programs import fetched
from results import run
from screens import VSIX

from unmask_model.client.engine_process import RUNTIME_VARIABLE, end_engine

SIZE = {"width": 900, "height": 480}
HEAD = '''\
"""What is in the basket, and what it costs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    name: str
    price: float
    count: int = 1


'''
SIGNATURE = "def total(items: list[Item], discount: float = 0.0) -> float:\n"
BODY = """\
subtotal = 0.0
    for item in items:
        subtotal += item.price * item.count
    return subtotal * (1 - discount)"""
ANSWERS = (
    BODY,
    "prices = [item.price * item.count for item in items]\n    return sum(prices) * (1 - discount)",
)
WHY = "Unmask: Why Was This Suggested, or Nothing?"


def main(folder: Annotated[Path, typer.Argument(help="Where the pictures go.")]) -> None:
    """Open VS Code and keep what it shows."""
    with _window() as window:
        _pictures(window, folder.resolve())


@contextmanager
def _window() -> Iterator[Window]:
    with TemporaryDirectory(prefix="unmask-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        project, command = folder / "shop", folder / "unmask"
        project.mkdir()
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m unmask_lsp "$@"\n')
        command.chmod(0o755)
        rules = [{"left_ends_with": f"{SIGNATURE}    ", "answer": one} for one in ANSWERS]
        (folder / "script.json").write_text(json.dumps({"rules": rules, "default": ""}))
        os.environ |= {
            RUNTIME_VARIABLE: made,
            "UNMASK_STATE": made,
            "UNMASK_SCRIPT": str(folder / "script.json"),
        }
        own = {
            "unmask.command": str(command),
            "unmask.model": "scripted",
            "unmask.budgetMs": 0,
            "security.workspace.trust.enabled": False,
            "workbench.colorTheme": "Default Dark Modern",
        }
        served = code_server(
            fetched("code_server", "4.139.1"), folder / "home", VSIX, SETTINGS | own, {**os.environ}
        )
        browser = fetched("chromium", "150") / "run"
        try:
            with served as port, chromium(browser) as page:
                page.set_viewport_size(SIZE)
                yield Window(page, port, project)
        finally:
            asyncio.run(end_engine("scripted"))


def _pictures(window: Window, folder: Path) -> None:
    def keep(name: str) -> None:
        window.page.wait_for_timeout(500)
        window.page.screenshot(path=folder / f"vscode-{name}.png")

    window.command("Unmask: Get Started")
    eventually(lambda: "Get started with Unmask" in window.page.inner_text("body"), window.seen)
    keep("walkthrough")
    window.command("View: Close All Editors")
    basket = window.project / "basket.py"
    basket.write_text(f"{HEAD}{SIGNATURE}    ")
    window.says("ready")
    window.edit(basket)
    window.drawn_again()
    window.drawn(BODY)
    keep("dark")
    window.command("Unmask: Menu")
    keep("menu")
    window.press("Escape")
    window.command(WHY)
    eventually(lambda: "characters on 4 lines" in window.pages(), window.seen)
    keep("why")
    window.edit(basket)
    window.type("return sum(items)")
    window.press("Shift+Home", "Control+Alt+u")
    window.page.wait_for_selector(".quick-input-widget")
    keep("fill")


if __name__ == "__main__":
    run(main)
