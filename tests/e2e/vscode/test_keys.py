"""The extension's keys are nobody else's: compared with VS Code's own on each system.

A browser that says it runs on another system gets the keys of that system.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from code_server import SETTINGS, Window, chromium, code_server

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(600)]

AGENT = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36"
SYSTEMS = {
    "linux": ("Linux x86_64", "X11; Linux x86_64"),
    "win": ("Win32", "Windows NT 10.0; Win64; x64"),
    "mac": ("MacIntel", "Macintosh; Intel Mac OS X 10_15_7"),
}
BINDING = re.compile(r'"key":\s*("(?:[^"\\]|\\.)*"),\s*"command":\s*"([^"]*)"')


def chord(key: str) -> frozenset[str]:
    """A key in a form that does not depend on the order of its parts."""
    first = key.split()[0]
    return frozenset(part or "+" for part in first.split("+"))


def taken(window: Window, modifier: str) -> dict[frozenset[str], str]:
    """VS Code's own keys, each with a command; those of the extension are left out."""
    window.command("Preferences: Open Default Keyboard Shortcuts (JSON)")
    page = window.page
    page.locator(".editor-instance .monaco-editor").first.click()
    page.keyboard.press(f"{modifier}+a")
    page.evaluate("document.execCommand('copy')")
    page.wait_for_timeout(1000)
    text = page.evaluate("navigator.clipboard.readText()")
    bindings = [(json.loads(key), command) for key, command in BINDING.findall(text)]
    assert len(bindings) > 500, "these are not all keys"
    return {chord(key): command for key, command in bindings}


def ours(manifest: Path, system: str) -> dict[frozenset[str], str]:
    rows = json.loads(manifest.read_text())["contributes"]["keybindings"]
    return {chord(row.get(system, row["key"])): row["command"] for row in rows}


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_key_of_ours_is_vs_codes(
    fetch: Callable[[str, str], Path], browser: Path, backend: Any, tmp_path: Path, system: str
) -> None:
    manifest = Path(__file__).parents[3] / "editor_plugins" / "vscode" / "package.json"
    platform, agent = SYSTEMS[system]
    modifier = "Meta" if system == "mac" else "Control"
    context = {
        "user_agent": AGENT.format(agent),
        "permissions": ["clipboard-read", "clipboard-write"],
    }
    folder, home = fetch("code_server", "4.139.1"), backend.folder / "home"
    settings = {**SETTINGS, "security.workspace.trust.enabled": False}
    with (
        code_server(folder, home, None, settings, backend.environment) as port,
        chromium(browser, **context) as page,
    ):
        says = f"Object.defineProperty(navigator, 'platform', {{ get: () => '{platform}' }})"
        page.add_init_script(says)
        theirs = taken(Window(page, port, tmp_path), modifier)
    both = {
        command: theirs[key] for key, command in ours(manifest, system).items() if key in theirs
    }
    assert both == {}
