"""The package as Emacs wants packages to be."""

import shutil
import subprocess
from pathlib import Path

import pytest
from emacs_window import PLUGIN

# An engine may take long to start on a busy machine.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


def test_it_compiles_without_warnings(emacs: Path, tmp_path: Path) -> None:
    for source in PLUGIN.glob("*.el"):
        shutil.copy(source, tmp_path)
    quiet = "(setq native-comp-enable-subr-trampolines nil byte-compile-error-on-warn t)"
    for source in sorted(tmp_path.glob("*.el")):
        batch(emacs, "-L", str(tmp_path), "--eval", quiet, "-f", "batch-byte-compile", str(source))
        assert source.with_suffix(".elc").exists()


def test_its_documentation_is_as_emacs_wants_it(emacs: Path) -> None:
    for source in sorted(PLUGIN.glob("*.el")):
        said = batch(emacs, "--eval", f'(checkdoc-file "{source}")')
        assert not said


def batch(emacs: Path, *arguments: str) -> str:
    """What an Emacs without a terminal says; it must succeed."""
    command = [str(emacs / "emacs"), "-Q", "--batch", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr
