"""How a person rules Unmask in VS Code: keys, menu, pages, and settings outside of projects."""

import json
from pathlib import Path
from typing import Any

import pytest
from code_server import ANSWER, Window, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

WHY = "Unmask: Why Was This Suggested, or Nothing?"


@pytest.fixture(scope="module")
def settings(settings: dict[str, Any]) -> dict[str, Any]:
    """Of a person who has not said whether this folder is to be trusted."""
    return settings | {
        "security.workspace.trust.enabled": True,
        "security.workspace.trust.startupPrompt": "never",
        "[markdown]": {"unmask.enabled": False},
        "unmask.delay_ms": 5,  # as earlier versions called it
    }


def typed_anew(window: Window) -> None:
    window.press("Backspace")
    window.type("    ")


def test_a_key_switches_this_workspace_off_and_on_and_writes_no_file_of_it(
    window: Window, file: Path
) -> None:
    window.press("Shift+Alt+\\")
    window.says("switched off in this workspace, by you")
    window.type("def area(w, h):\n")
    assert window.ghost() == ""
    window.press("Shift+Alt+\\")
    window.says("ready")
    typed_anew(window)
    window.drawn(ANSWER)
    assert not (window.project / ".vscode").exists()


def test_the_menu_switches_off_and_the_status_item_says_how_to_switch_on(
    window: Window, file: Path, tmp_path: Path
) -> None:
    window.command("Unmask: Menu")
    window.choose("Switch off in this workspace")
    window.says("switched off in this workspace, by you")
    window.command("Unmask: Menu")
    window.page.screenshot(path=tmp_path / "menu.png")
    window.choose("Switch on in this workspace")
    window.says("ready")
    assert not (window.project / ".vscode").exists()


def test_a_key_pauses_and_the_menu_ends_the_pause(window: Window, file: Path) -> None:
    window.press("Control+Shift+Alt+\\")
    window.says("paused until ")
    window.type("def area(w, h):\n")
    assert window.ghost() == ""
    window.command("Unmask: Menu")
    window.choose("Resume suggestions")
    window.says("ready")
    typed_anew(window)
    window.drawn(ANSWER)


def test_the_menu_pauses_for_minutes_or_until_a_restart(window: Window, file: Path) -> None:
    for entry, said in (
        ("Pause for 5 minutes", "paused until "),
        ("Pause until restart", "paused until the editor is restarted"),
    ):
        window.command("Unmask: Menu")
        window.choose(entry)
        window.says(said)
        window.command("Unmask: Menu")
        window.choose("Resume suggestions")
        window.says("ready")


def test_an_old_name_of_a_setting_is_read_and_told_of(window: Window, file: Path) -> None:
    window.command("Notifications: Show Notifications")
    told = window.page.locator(".notifications-center", has_text="delay_ms is now debounceMs")
    eventually(lambda: told.count(), window.seen)
    window.command("Notifications: Hide Notifications")


def test_a_language_has_settings_of_its_own(window: Window, file: Path) -> None:
    page = window.project / "page.md"
    page.touch()
    window.edit(page)
    window.says("switched off by unmask.enabled")
    window.command("View: Revert and Close Editor")
    window.says("ready")


def test_eagerness_is_marked_explained_and_kept_among_the_users_settings(
    window: Window, file: Path
) -> None:
    user = window.home / "data" / "User" / "settings.json"
    window.command("Unmask: Choose How Readily Code Is Suggested")
    focused = window.page.locator(".quick-input-list .monaco-list-row.focused")
    eventually(lambda: "normal" in focused.inner_text(), window.seen)
    assert "current" in focused.inner_text()
    assert "more likely right than wrong" in focused.inner_text()
    window.choose("manual")
    eventually(lambda: json.loads(user.read_text()).get("unmask.eagerness") == "manual")
    window.type("def area(w, h):\n")
    window.page.wait_for_timeout(1000)
    assert window.ghost() == ""
    window.press("Alt+\\")
    window.drawn(ANSWER)
    window.command("Unmask: Choose How Readily Code Is Suggested")
    window.choose("normal")
    eventually(lambda: json.loads(user.read_text()).get("unmask.eagerness") == "normal")
    assert not (window.project / ".vscode").exists()


def test_the_page_that_says_why_is_new_each_time_it_is_asked(
    window: Window, file: Path, tmp_path: Path
) -> None:
    window.type("def area(w, h):\n")
    window.drawn(ANSWER)
    window.command(WHY)
    eventually(lambda: "characters on 2 lines" in window.pages(), window.seen)
    window.page.screenshot(path=tmp_path / "why.png")
    window.edit(file)
    window.press("Control+a", "Delete")
    window.type("nothing known here")
    window.page.wait_for_timeout(2000)
    window.command(WHY)
    eventually(lambda: "Nothing was shown" in window.pages(), window.seen)
    assert "characters on 2 lines" not in window.pages()


def test_the_light_bulb_and_the_key_fill_in_the_same_way(window: Window) -> None:
    file = window.project / "bulb.py"
    file.write_text("def half(x):\n    return None\n")
    window.edit(file)
    window.press("ArrowUp", "End", "Shift+Home", "Control+.")
    bulb = window.page.locator(".action-widget .monaco-list-row", has_text="Fill this selection")
    bulb.click()
    window.page.wait_for_selector(".monaco-diff-editor")
    window.page.wait_for_selector(".quick-input-widget")
    window.press("Enter")
    eventually(lambda: not window.page.locator(".monaco-diff-editor").count(), window.seen)
    eventually(lambda: "return x / 2" in window.saved(file), window.seen)


def test_a_part_of_a_suggestion_is_redone_with_a_key(window: Window, file: Path) -> None:
    window.type("def half(x):\n")
    window.drawn("return x / 2")
    window.press("Tab", "Shift+Home", "Shift+Alt+u")
    window.page.wait_for_selector(".quick-input-widget")
    window.press("Enter")
    eventually(lambda: not window.page.locator(".monaco-diff-editor").count(), window.seen)
    eventually(lambda: "yield x * 0.5" in window.saved(file), window.seen)
