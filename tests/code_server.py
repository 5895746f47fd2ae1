"""VS Code as people use it, driven by keys: code-server, in a Chromium without a screen.

What is asserted is what the page draws and what is on disk.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page, TimeoutError, ViewportSize, sync_playwright

AREA = "def area(w, h):\n    "
ANSWER = "size = w * h\n    return size"
"""What the tests have the model say behind it."""
SETTINGS = {
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.wordBasedSuggestions": "off",
    "editor.parameterHints.enabled": False,
    "editor.minimap.enabled": False,
    "files.autoSave": "off",
    "files.eol": "\n",
    "git.enabled": False,
    "chat.disableAIFeatures": True,
    "extensions.autoCheckUpdates": False,
    "telemetry.telemetryLevel": "off",
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "html.autoClosingTags": False,
}
MACHINE = {
    *("unmask.command", "unmask.installFrom", "unmask.python", "unmask.model", "unmask.server"),
}
"""Settings of the machine a window works on; among a person's own, a remote window ignores them."""
QUIET = (
    "--auth=none",
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
    "--disable-proxy",
)
NO_GALLERY = {"EXTENSIONS_GALLERY": '{"serviceUrl": "http://127.0.0.1:9/"}'}
GHOST = """() => {
  const parts = (what) =>
    [...document.querySelectorAll(what)].map((part) => part.textContent.replaceAll('\\u00a0', ' '));
  const first = parts('.ghost-text-decoration').join('');
  return [first, ...parts('.suggest-preview-text .view-line')].join('\\n');
}"""
RECORD = """() => {
  window.unmaskSaid = [];
  const look = () => {
    const said = document.querySelector('[id*="unmask.status"]')?.getAttribute('aria-label');
    if (said && said !== window.unmaskSaid.at(-1)) window.unmaskSaid.push(said);
  };
  const bar = document.querySelector('.statusbar');
  new MutationObserver(look).observe(bar, { attributes: true, childList: true, subtree: true });
  look();
}"""
ATTEMPTS = 3
TIMEOUT_MS = 15_000
VIEWPORT: ViewportSize = {"width": 1100, "height": 620}


@contextmanager
def code_server(
    folder: Path,
    home: Path,
    vsix: Path | None,
    settings: dict[str, Any],
    environment: dict[str, str],
) -> Iterator[int]:
    """Run the server unpacked in `folder`, with an extension if any; gives its port."""
    for where, names in (("Machine", MACHINE), ("User", settings.keys() - MACHINE)):
        file = home / "data" / where / "settings.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({name: settings[name] for name in names & settings.keys()}))
    (home / "config.yaml").write_text("cert: false\n")
    port = _free_port()
    command = [
        str(Path(sys.executable).with_name("node")),
        str(folder / "node_modules/code-server/out/node/entry.js"),
        f"--config={home / 'config.yaml'}",
        f"--user-data-dir={home / 'data'}",
        f"--extensions-dir={home / 'extensions'}",
    ]
    env = environment | NO_GALLERY
    if vsix:
        install = [*command, f"--install-extension={vsix}"]
        subprocess.run(install, env=env, check=True, capture_output=True)
    serve = [*command, f"--bind-addr=127.0.0.1:{port}", *QUIET]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(serve, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        eventually(lambda: _is_healthy(port))
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # its children outlive it otherwise, for hours
        process.wait()


@contextmanager
def chromium(command: Path, **context: Any) -> Iterator[Page]:
    """A page of a browser without a screen, in a context of Playwright's."""
    arguments = ["--disable-gpu", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=command, args=arguments, chromium_sandbox=os.getuid() != 0
        )
        page = browser.new_page(viewport=VIEWPORT, **context)
        page.set_default_timeout(TIMEOUT_MS)
        yield page
        browser.close()


class Window:
    """A person at a window of VS Code."""

    def __init__(self, page: Page, port: int, project: Path) -> None:
        self.page = page
        self.project = project
        self.home = project.with_name("home")
        page.goto(f"http://127.0.0.1:{port}/?folder={quote(str(project))}", timeout=120_000)
        page.wait_for_selector(".monaco-workbench .statusbar", timeout=120_000)
        page.evaluate(RECORD)

    def edit(self, file: Path) -> None:
        """Open a file, with the cursor at its end."""
        self.ask_for("Control+p", str(file), file.name)
        self.page.wait_for_selector(f'.tab.active[data-resource-name="{file.name}"]')
        self.page.wait_for_selector(".editor-instance .monaco-editor.focused")
        self.press("Control+End")

    def open_notebook(self, file: Path, cell: int) -> None:
        """Open a notebook, with the cursor in one of its cells."""
        self.ask_for("Control+p", str(file), file.name)
        self.page.wait_for_selector(f'.tab.active[data-resource-name="{file.name}"]')
        self.page.locator(".notebookOverlay .cell.code .monaco-editor").nth(cell).click()
        self.page.wait_for_selector(".notebookOverlay .monaco-editor.focused")

    def command(self, name: str) -> None:
        """Run a command by its name."""
        self.ask_for("F1", f">{name}", name)

    def ask_for(self, key: str, text: str, label: str) -> None:
        """Open a box with a key, write into it, and take what it finds; again if it went away."""
        for _ in range(ATTEMPTS):
            self.press(key)
            try:
                self.page.locator(".quick-input-widget:visible input:visible").first.fill(text)
                self.choose(label)
            except TimeoutError:
                self.press("Escape")
            else:
                return
        raise AssertionError(f"{label} is not to be had: {self.seen()}")

    def choose(self, label: str) -> None:
        """Take an entry of the list that is open."""
        row = self.page.locator(".quick-input-list .monaco-list-row:visible", has_text=label)
        row.first.click()

    def type(self, text: str) -> None:
        self.page.keyboard.type(text, delay=20)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def ghost(self) -> str:
        """The suggestion as it is drawn: its lines, or nothing."""
        return str(self.page.evaluate(GHOST))

    def drawn(self, text: str) -> None:
        """Wait until exactly this is drawn as a suggestion."""
        eventually(lambda: self.ghost() == text, self.seen)

    def drawn_again(self) -> str:
        """What is drawn once an engine has started, which may cost the suggestions before it.

        In a line of white space, Backspace takes back a whole level, and a space begins one.
        """

        def again() -> str:
            self.press("Backspace")
            self.type(" ")
            self.page.wait_for_timeout(2000)
            return self.ghost()

        return str(eventually(again, self.seen))

    def answer(self, question: str, button: str) -> None:
        """Press a button of the notification that asks something."""
        toast = self.page.locator(".notification-toast", has_text=question)
        eventually(lambda: toast.count(), self.seen)
        toast.get_by_role("button", name=button, exact=True).click()

    def pages(self) -> str:
        """The text of every page inside the window."""
        return "\n".join(text for frame in self.page.frames for text in _texts(frame))

    def statuses(self) -> list[str]:
        """What the item in the status bar has said so far, as it is read aloud."""
        return list(self.page.evaluate("window.unmaskSaid"))

    def says(self, state: str) -> None:
        """Wait until the status bar says a state, or a part of its reason."""
        eventually(lambda: self.statuses()[-1:] and state in self.statuses()[-1], self.seen)

    def saved(self, file: Path) -> str:
        """The file, once nothing is left to be saved."""
        self.press("Control+s")
        eventually(lambda: not self.page.locator(".tab.active.dirty").count(), self.seen)
        return file.read_bytes().decode()

    def seen(self) -> str:
        """What is on screen, for the message of a test that fails."""
        return f"ghost {self.ghost()!r}, status {self.statuses()!r}\n{self.page.inner_text('body')}"


def eventually(look: Callable[[], Any], seen: Callable[[], str] = str, seconds: float = 120) -> Any:
    """What `look` finds, once it finds something."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"nothing after {seconds} s: {seen()}"
        time.sleep(0.1)
    return found


def _texts(frame: Frame) -> list[str]:
    """What a frame shows: nothing where it goes while it is read, as a page that loads does."""
    try:
        return frame.locator("body").all_inner_texts()
    except PlaywrightError:
        return []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_healthy(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return bool(answer.status == 200)
    except URLError:
        return False
