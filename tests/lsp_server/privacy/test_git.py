"""Git's own answer: the user's rules, nested ones, what is tracked; and where it fails."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from unmask_lsp.privacy import git as git_module
from unmask_lsp.privacy.git import Git
from unmask_lsp.privacy.workspace import Workspace

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git, which is asked")


def git(folder: Path, *words: str) -> None:
    own = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *own, *words], check=True, capture_output=True)


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    top = tmp_path / "repository"
    top.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "everywhere").write_text("*.private\n")
    (tmp_path / ".gitconfig").write_text(f"[core]\n\texcludesFile = {tmp_path}/everywhere\n")
    git(top, "init", "-q")
    (top / ".gitignore").write_text("*.log\n!keep.log\n/build/\n")
    (top / "src").mkdir()
    (top / "src" / ".gitignore").write_text("made.py\n")
    return top


def test_the_rules_are_gits_own(top: Path) -> None:
    asked = Git()
    assert asked.rule(top / "a.log", top) == "`*.log` in .gitignore"
    assert asked.rule(top / "keep.log", top) == ""
    assert asked.rule(top / "src/made.py", top) == "`made.py` in src/.gitignore"
    assert asked.rule(top / "made.py", top) == ""
    assert "build" in str(asked.rule(top / "build/deep/x.py", top))
    assert asked.rule(top / "odd\nname.log", top)


def test_the_users_rules_count_everywhere(top: Path) -> None:
    assert "*.private" in Workspace([top]).rule_of(top / "notes.private")


def test_what_is_tracked_is_not_ignored(top: Path) -> None:
    (top / "kept.log").write_text("x")
    git(top, "add", "--force", "kept.log")
    assert not Workspace([top]).is_private(top / "kept.log")
    assert Workspace([top]).is_private(top / "other.log")


def test_a_worktree_has_the_rules_of_its_own_files(top: Path, tmp_path: Path) -> None:
    git(top, "add", ".gitignore")
    git(top, "commit", "-qm", "rules")
    git(top, "worktree", "add", "-q", str(tmp_path / "other"))
    assert Workspace([tmp_path / "other"]).is_private(tmp_path / "other" / "a.log")


def test_a_repository_inside_an_ignored_folder_is_ignored(top: Path) -> None:
    inner = top / "build" / "inner"
    inner.mkdir(parents=True)
    git(inner, "init", "-q")
    assert Workspace([top]).is_private(inner / "m.py")


def test_our_own_rules_come_last(top: Path) -> None:
    (top / ".unmaskignore").write_text("!a.log\nm.py\n")
    workspace = Workspace([top])
    assert not workspace.is_private(top / "a.log")
    assert workspace.is_private(top / "m.py")


def test_changed_rules_are_read_after_a_while(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_module, "RENEW_S", 0.0)
    asked = Git()
    assert asked.rule(top / "m.py", top) == ""
    (top / ".gitignore").write_text("m.py\n")
    assert asked.rule(top / "m.py", top)


def test_nothing_that_a_repository_configures_is_run(top: Path, tmp_path: Path) -> None:
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\n")
    trap.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "alias.x"):
        git(top, "config", name, str(trap))
    git(top, "config", "core.hooksPath", str(tmp_path))
    (top / "m.py").write_text("x")
    assert Git().rule(top / "a.log", top)
    assert not sprung.exists()


def test_nothing_that_is_missing_of_a_partial_clone_is_fetched(top: Path, tmp_path: Path) -> None:
    """Its rules may be in the index alone, and the index's text where the repository says."""
    trap, sprung = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch {sprung}\nexit 1\n")
    trap.chmod(0o755)
    git(top, "add", ".")
    git(top, "commit", "-qm", "rules")
    rules = subprocess.check_output(
        ["git", "-C", str(top), "rev-parse", "HEAD:src/.gitignore"], text=True
    ).strip()
    git(top, "update-index", "--skip-worktree", "src/.gitignore")
    (top / "src" / ".gitignore").unlink()
    (top / ".git" / "objects" / rules[:2] / rules[2:]).unlink()
    for name, value in {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": str(tmp_path / "nowhere"),
        "remote.origin.uploadpack": str(trap),
        "protocol.allow": "always",
    }.items():
        git(top, "config", name, value)
    Git().rule(top / "src" / "other.py", top)
    assert not sprung.exists()


def test_variables_of_another_repository_are_not_inherited(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor that git has started is told of a repository in its environment."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    assert Git().rule(top / "a.log", top)


def test_where_git_fails_the_files_are_read(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("*.log\n")
    assert Git().rule(tmp_path / "a.log", tmp_path) is None
    assert Workspace([tmp_path]).rule_of(tmp_path / "a.log") == "ignored by `*.log` in .gitignore"


@pytest.mark.fault(
    "git hangs, or fails",
    "after two seconds the ignore files are read without it",
)
def test_rules_that_are_never_read_to_their_end_keep_nobody_waiting(
    top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "fifo")
    git(top, "config", "core.excludesFile", str(tmp_path / "fifo"))
    monkeypatch.setattr(git_module, "ANSWER_S", 0.05)
    workspace = Workspace([top])
    assert workspace.is_private(top / "a.log")
    assert not workspace.is_private(top / "m.py")


def test_one_process_answers_many_questions(top: Path) -> None:
    asked = Git()
    assert [bool(asked.rule(top / f"{n}.log", top)) for n in range(500)] == [True] * 500
    assert len(asked._repositories) == 1
