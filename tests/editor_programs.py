"""Editors as programs: each is fetched once, into the user's cache, and nothing is installed."""

import os
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

SCRIPTS = Path(__file__).with_name("e2e")


class EditorAbsent(Exception):
    """An editor is not here, and none is to be had."""


def fetched(editor: str, version: str) -> Path:
    """The folder of an editor of this version, or of a later one; raises EditorAbsent."""
    folder = user_cache_path("unmask") / f"{editor}-{version}"
    if not folder.exists():
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        done = subprocess.run(
            ["bash", str(SCRIPTS / f"get_{editor}.sh"), str(folder), version],
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            said = done.stderr.strip()
            raise EditorAbsent(f"no {editor} {version} here, and none to be had: {said}")
    return folder
