"""Which files are ignored, by git's own account."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from unmask_lsp.privacy.ignore_files import (
    LARGEST_FILE,
    MOST_LINES,
    IgnoreFiles,
    Rules,
    is_pattern,
)
from unmask_lsp.privacy.ignore_files import repository as top_of

RULES = {
    ".gitignore": "build/\n*.log\n!keep.log\n/only_here.py\ngenerated/*\n!generated/kept.py\n",
    "src/.gitignore": "*.py\n!shown.py\n!build/\n",
    "src/deep/.gitignore": "!again.py\nsecret?.txt\n",
    ".git/info/exclude": "scratch.py\n# a comment\n\\#odd.py\n",
}
FILES = [
    "m.py",
    "build/x.py",
    "a/build/b/x.py",
    "build",
    "server.log",
    "keep.log",
    "a/keep.log",
    "only_here.py",
    "a/only_here.py",
    "generated/x.py",
    "generated/kept.py",
    "src/hidden.py",
    "src/shown.py",
    "src/build/shown.py",
    "src/deep/again.py",
    "src/deep/hidden.py",
    "src/deep/secret1.txt",
    "secret1.txt",
    "scratch.py",
    "#odd.py",
]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, rules in RULES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(rules)
    return tmp_path


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git, which is the judge")
def test_git_says_the_same(repository: Path) -> None:
    git = ["git", "-C", str(repository)]
    (repository / ".git").rename(repository / "rules")
    subprocess.run([*git, "init", "-q"], check=True)
    shutil.copytree(repository / "rules", repository / ".git", dirs_exist_ok=True)
    told = "\0".join(FILES)
    asked = subprocess.run(
        [*git, "check-ignore", "--no-index", "--stdin", "-z"],
        input=told,
        capture_output=True,
        text=True,
        check=True,
    )
    ignored = [name for name in FILES if IgnoreFiles().rule(repository / name, repository)]
    assert ignored == asked.stdout.rstrip("\0").split("\0")
    assert 5 < len(ignored) < len(FILES) - 5


def test_a_folder_of_a_repository_keeps_the_rules_of_its_top(repository: Path) -> None:
    assert top_of(repository / "src/deep") == repository
    assert IgnoreFiles().rule(repository / "src/deep/x.log", repository)


def test_rules_of_our_own_come_after_gits(repository: Path) -> None:
    (repository / ".unmaskignore").write_text("/private/\n!server.log\n")
    files = IgnoreFiles()
    assert files.rule(repository / "private/x.py", repository)
    assert not files.rule(repository / "server.log", repository)


def test_changed_rules_are_read_again(repository: Path) -> None:
    files = IgnoreFiles()
    assert not files.rule(repository / "m.py", repository)
    (repository / ".gitignore").write_text("m.py\nand more\n")
    assert files.rule(repository / "m.py", repository)
    (repository / ".gitignore").unlink()
    assert not files.rule(repository / "m.py", repository)


def test_lines_that_are_no_pattern_match_nothing_and_hide_no_other() -> None:
    rules = Rules(["!", "[z-a]", "*.log", "\\", "!keep.log"])
    assert rules.says("x.log") == "*.log"
    assert rules.says("keep.log") == ""
    assert rules.says("x.py") is None
    assert not is_pattern("!")
    assert is_pattern("*.log")


def test_rules_that_are_not_utf8_are_read_as_far_as_they_are(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_bytes(b"\xff\xfe.txt\n*.log\n")
    assert IgnoreFiles().rule(tmp_path / "x.log", tmp_path)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("trap", ["device", "pipe", "large", "lines"])
@pytest.mark.fault(
    "an ignore file is a device, a pipe or far too large",
    "files are private by the rule `*`; nothing hangs",
)
def test_rules_that_cannot_be_read_to_their_end_may_hide_anything(
    tmp_path: Path, trap: str
) -> None:
    rules = tmp_path / ".unmaskignore"
    match trap:
        case "device":
            rules.symlink_to("/dev/zero")
        case "pipe":
            os.mkfifo(rules)
        case "large":
            rules.write_text("a" * (LARGEST_FILE + 1))
        case "lines":
            rules.write_text("a\n" * (MOST_LINES + 1))
    assert IgnoreFiles().rule(tmp_path / "m.py", tmp_path) == "`*` in .unmaskignore"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("line", "path"), [("*a" * 12 + "b", "a" * 250), ("a/" + "**/a/" * 8 + "b", "a/" * 2000 + "c")]
)
def test_a_pattern_that_takes_for_ever_may_hide_anything(line: str, path: str) -> None:
    assert Rules(["*.log", line]).says(path) == line
    assert Rules(["*.log", line]).says("m.py") is None
