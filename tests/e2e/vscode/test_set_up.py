"""The README's steps on an empty profile: from the .vsix to a first suggestion."""

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from code_server import ANSWER, AREA, Window, chromium, code_server, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """All that is installed here but Unmask: pip finds it, and need not download gigabytes."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if entry.suffix != ".pth" and not entry.name.startswith(("unmask", "_unmask")):
            (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture
def environment(backend: Any, packages: Path, tmp_path: Path) -> dict[str, str]:
    """What a newcomer's machine has: a Python, and neither the command `unmask` nor weights."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    others = os.environ["PATH"].split(os.pathsep)
    path = [str(programs), *(one for one in others if not Path(one, "unmask").exists())]
    own = {"PATH": os.pathsep.join(path), "PYTHONPATH": str(packages)}
    homes = {"HOME": str(tmp_path), "UNMASK_CACHE": str(tmp_path / "weights")}
    return {**backend.environment, **own, **homes}


@pytest.fixture
def open_window(
    fetch: Callable[[str, str], Path],
    browser: Path,
    vsix: Path,
    backend: Any,
    environment: dict[str, str],
    tmp_path: Path,
) -> Callable[[dict[str, Any]], AbstractContextManager[Window]]:
    """A window of one profile, with what was done in it before, and these settings."""
    project = tmp_path / "project"
    project.mkdir()
    folder, home = fetch("code_server", "4.139.1"), backend.folder / "home"

    @contextmanager
    def opening(settings: dict[str, Any]) -> Iterator[Window]:
        server = code_server(folder, home, vsix, settings, environment)
        with server as port, chromium(browser) as page:
            yield Window(page, port, project)

    return opening


def test_a_newcomers_three_steps(open_window: Any, backend: Any, tmp_path: Path) -> None:
    """The model `scripted` stands in for the download, once that has been offered."""
    backend.script(rules=[{"left_ends_with": AREA, "answer": ANSWER}], default="")
    file = tmp_path / "project" / "area.py"
    file.touch()
    with open_window({}) as window:
        window.says("not installed")
        walkthrough = "Get started with Unmask"
        eventually(lambda: walkthrough in window.page.inner_text("body"), window.seen)
        window.page.screenshot(path=tmp_path / "offered.png")
        window.command("Unmask: Show the Log")  # while nobody has answered
        window.page.wait_for_selector(".panel .output-view")
        window.command("Unmask: Menu")
        window.page.locator(".quick-input-list", has_text="Install the server").wait_for()
        window.choose("Install the server")  # the offer waits in the bell meanwhile
        window.says("no model yet")
        window.page.screenshot(path=tmp_path / "installed.png")
        window.edit(file)
        window.says("no model yet")
        window.page.screenshot(path=tmp_path / "needs-download.png")
        window.answer("needs the weights", "Not now")
    with open_window({"unmask.model": "scripted", "unmask.budgetMs": 0}) as window:
        window.says("ready")
        window.edit(file)
        eventually(
            lambda: any("loading. Unmask" in said for said in window.statuses()), window.seen
        )
        window.says("ready")
        window.type("def area(w, h):\n")
        window.drawn(ANSWER)
        window.page.screenshot(path=tmp_path / "suggested.png")
        window.press("Tab")
        eventually(lambda: window.saved(file) == AREA + ANSWER, window.seen)
