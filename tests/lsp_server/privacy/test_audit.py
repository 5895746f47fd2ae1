"""Every file the server opens, by the interpreter's own account (PEP 578)."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

IGNORE_FILES = {".gitignore", ".unmaskignore", "exclude", ".editorconfig"}
MAIN = """\
from shapes import Circle
from .near import helper
from ..outside import leak
import ignored
import linked
import local_env
import mine.contract as contract
import nested.hidden
import open_ignored
helper(Circle, leak, ignored, linked, local_env, contract, nested, hidden, SECRET)
"""
FILES = {
    "project/.gitignore": "/ignored.py\nopen_ignored.py\nbuild/\n",
    "project/build/made.py": "SECRET = 'made'\n",
    "project/node_modules/theirs.js": "const SECRET = 'theirs'\n",
    "project/.unmaskignore": "local_*\n",
    "project/nested/.gitignore": "hidden.py\n",
    "project/open_main.py": MAIN + f"# {'-' * 70}\n" * 60 + "helper(Circle, SECRET, ",
    "project/open_ignored.py": "SECRET = 'open_ignored'  # helper(Circle\n",
    "project/shapes.py": "class Circle:\n    def area(self) -> float: ...\n",
    "project/near.py": "def helper(): ...\n",
    "project/ignored.py": "SECRET = 'ignored'\n",
    "project/local_env.py": "SECRET = 'local_env'\n",
    "project/mine.contract.py": "SECRET = 'contract'\n",
    "project/mine/contract.py": "SECRET = 'harmless'\n",
    "project/nested/hidden.py": "SECRET = 'hidden'\n",
    "project/.env": "SECRET = 'env'\n",
    "outside.py": "SECRET = 'outside'\n",
}
MAY_BE_READ = {"shapes.py", "near.py", "mine/contract.py"}
MAY_BE_LISTED = {".", "mine", "nested"}


@pytest.fixture(scope="module")
def audit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("audit").resolve()
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "project/linked.py").symlink_to(folder / "outside.py")
    program = Path(__file__).with_name("audited_session.py")
    path = os.pathsep.join([*sys.path, str(program.parent), str(program.parents[1])])
    done = subprocess.run(
        [sys.executable, str(program), str(folder / "project")],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    return folder, json.loads(done.stdout)


def test_no_private_file_is_opened_and_none_outside_the_workspace(
    audit: tuple[Path, dict[str, Any]],
) -> None:
    folder, report = audit
    opened = {Path(path) for path in report["opened"] if path.startswith(str(folder))}
    read = {path for path in opened if path.name not in IGNORE_FILES}
    names = {path.relative_to(folder / "project").as_posix() for path in read}
    assert names == MAY_BE_READ | MAY_BE_LISTED


def test_only_what_was_read_or_is_open_is_shown(audit: tuple[Path, dict[str, Any]]) -> None:
    _, report = audit
    assert set(report["shown"]) <= MAY_BE_READ | {"open_main.py"}
    assert {"shapes.py", "near.py"} <= set(report["shown"])


def test_only_what_may_be_read_is_told_to_the_engine(audit: tuple[Path, dict[str, Any]]) -> None:
    _, report = audit
    assert set(report["told"]) == MAY_BE_READ | {"open_main.py"}
