"""VS Code as it is installed: the .vsix that .ci/vscode makes, in a browser."""

import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

PLUGIN = Path(__file__).parents[3] / "editor_plugins" / "vscode"
VSIX = PLUGIN / "dist" / "unmask.vsix"


@pytest.fixture(scope="module")
def vsix() -> Path:
    """The extension, made from the manifest as it is."""
    if not VSIX.exists():
        pytest.skip(f"no {VSIX.relative_to(PLUGIN.parents[1])}: run .ci/vscode, which makes it")
    with ZipFile(VSIX) as packed:
        assert packed.read("extension/package.json") == (PLUGIN / "package.json").read_bytes(), (
            "the .vsix is older than its manifest: run .ci/vscode"
        )
    return VSIX


@pytest.fixture(scope="module")
def browser(fetch: Callable[[str, str], Path]) -> Path:
    """A browser: one that is installed, else one that is fetched."""
    installed = shutil.which("chromium") or shutil.which("google-chrome")
    return Path(installed) if installed else fetch("chromium", "150") / "run"
