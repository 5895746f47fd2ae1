"""The table of auto-closed brackets and places inside a line, in Emacs."""

from pathlib import Path

import pytest
from auto_closed import auto_closed, script
from emacs_window import Window

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def rules() -> list[dict[str, str]]:
    return list(script()["rules"])


def test_what_an_editor_has_closed_is_not_closed_again(window: Window, project: Path) -> None:
    for case in auto_closed():
        file = project / case.file
        file.write_text(case.left + case.right, encoding="utf-8")
        window.edit(file)
        window.evaluate(f"(goto-char {len(case.left) + 1})")
        window.type(case.typed)
        window.eventually(window.ghost)
        window.press("Tab")
        assert window.saved(file) == case.after, case.name
