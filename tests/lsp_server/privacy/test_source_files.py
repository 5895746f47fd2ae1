from pathlib import Path

import pytest

from unmask_lsp.privacy import source_files as module
from unmask_lsp.privacy.source_files import Listing, source_files
from unmask_lsp.privacy.workspace import LARGEST_FILE, Workspace

ENDINGS = frozenset({".py", ".ts"})


def listed(root: Path, *near: str, excluded: tuple[str, ...] = ()) -> Listing:
    workspace = Workspace([root], excluded)
    return source_files(workspace, root, ENDINGS, [root / folder for folder in near])


def names(listing: Listing) -> list[str]:
    return [file.name for file in listing.files]


def write(root: Path, *paths: str, text: str = "x = 1\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return (tmp_path / "root").resolve()


def test_only_source_that_is_not_private_is_listed(root: Path) -> None:
    write(root, "a.py", "b.ts", "c.png", "secrets.yaml", "id_rsa.py", "mine.py", "ignored/d.py")
    write(root, "node_modules/e.ts", ".hidden/f.py", "env/pyvenv.cfg", "env/g.py", "empty.py")
    write(root, "large.py", text="x" * (LARGEST_FILE + 1))
    write(root, "empty.py", text="")
    (root / ".gitignore").write_text("ignored/\n")
    assert sorted(names(listed(root, excluded=("mine.*",)))) == ["a.py", "b.ts"]


def test_a_link_leads_nowhere_outside(root: Path) -> None:
    write(root.parent, "outside.py", "folder/deep.py")
    (root / "linked.py").symlink_to(root.parent / "outside.py")
    (root / "gone.py").symlink_to(root / "nowhere.py")
    (root / "folder").symlink_to(root.parent / "folder")
    assert names(listed(root)) == []


def test_the_nearest_files_come_first(root: Path) -> None:
    write(root, "a/one.py", "a/b/two.py", "a/b/c/three.py", "z/four.py", "five.py")
    assert names(listed(root, "a/b")) == [
        "a/b/two.py",
        "a/b/c/three.py",
        "a/one.py",
        "five.py",
        "z/four.py",
    ]


@pytest.mark.fault(
    "a repository is larger than what is remembered",
    "the nearest files are; `unmask doctor` says how many were left out",
)
def test_what_finds_no_room_is_counted(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, *(f"{number:02}.py" for number in range(20)))
    monkeypatch.setattr(module, "MOST_FILES", 5)
    found = listed(root)
    assert len(found.files) == 5
    assert found.left_out == 15
    monkeypatch.setattr(module, "MOST_FILES", 50)
    monkeypatch.setattr(module, "MOST_BYTES", 20)
    assert sum(file.size for file in listed(root).files) <= 20
    assert listed(root).left_out == 17


def test_a_huge_repository_is_looked_at_in_part(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, *(f"{folder}/{number}.py" for folder in range(9) for number in range(9)))
    monkeypatch.setattr(module, "MOST_SEEN", 30)
    assert 30 < len(listed(root).files) < 50


def test_a_stamp_changes_with_the_file(root: Path) -> None:
    write(root, "a.py")
    before = listed(root).files[0].stamp
    assert listed(root).files[0].stamp == before
    write(root, "a.py", text="x = 12\n")
    assert listed(root).files[0].stamp != before
