import sys
from pathlib import Path

import pytest

from unmask_train.corpus.download import download
from unmask_train.corpus.packages import Package
from unmask_train.corpus.registries import REGISTRIES, Registry, pypi

SAVE = "import sys; open('saved.whl', 'x').write(sys.argv[1])"
FAIL = "import sys; sys.exit('looked everywhere\\nno such package ' + sys.argv[1])"


def client(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let a small program stand in for pip."""

    def command(name: str, version: str) -> list[str]:
        return [sys.executable, "-c", program, name]

    registry = Registry(command=command, open_archive=pypi.open_archive)
    monkeypatch.setitem(REGISTRIES, "pypi", registry)


def test_packages_come_in_the_order_in_which_they_were_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(monkeypatch, SAVE)
    packages = [Package(name=name) for name in ("c", "a", "b")]
    saved = [one.path.read_text() for one in download(packages, tmp_path) if one.path]
    assert saved == ["c", "a", "b"]


def test_what_is_there_is_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(monkeypatch, SAVE)
    [first] = download([Package(name="a", version="1")], tmp_path)
    client(monkeypatch, FAIL)
    [again] = download([Package(name="a", version="1")], tmp_path)
    assert again == first


def test_another_version_is_another_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(monkeypatch, SAVE)
    packages = [Package(name="a", version="1"), Package(name="a", version="2")]
    one, two = download(packages, tmp_path)
    assert one.path != two.path


def test_one_failure_is_reported_and_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(monkeypatch, f"import sys\nif sys.argv[1] == 'bad':\n    {FAIL}\n{SAVE}")
    bad, good = download([Package(name="bad"), Package(name="good")], tmp_path)
    assert (bad.path, bad.reason) == (None, "no such package bad")
    assert good.path is not None


def test_a_failed_download_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(monkeypatch, FAIL)
    list(download([Package(name="bad")], tmp_path))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_missing_client_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry(command=lambda *_: ["no-such-client"], open_archive=pypi.open_archive)
    monkeypatch.setitem(REGISTRIES, "pypi", registry)
    [one] = download([Package(name="a")], tmp_path)
    assert "no-such-client" in one.reason


def test_a_scoped_name_is_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(monkeypatch, SAVE)
    [one] = download([Package(name="@noble/curves")], tmp_path)
    assert one.path == tmp_path / "pypi" / "@noble+curves@newest" / "saved.whl"


def test_of_several_files_the_largest_is_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(monkeypatch, "open('a', 'w').write('1'); open('b', 'w').write('22')")
    [one] = download([Package(name="mine")], tmp_path)
    assert one.path is not None
    assert one.path.name == "b"


def test_half_a_package_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client(monkeypatch, f"open('half', 'w').write('1')\n{FAIL}")
    [one] = download([Package(name="mine")], tmp_path)
    assert one.path is None
    assert list(tmp_path.rglob("half")) == []
