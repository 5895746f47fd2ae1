from pathlib import Path

import pytest

from unmask_model.protocol.errors import RequestInvalid
from unmask_train.corpus.packages import Package, own_list, read_packages, without


def test_a_list_keeps_its_order_and_drops_repeated_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("name\tversion\nrich\t15.0\nattrs\t26.1\nrich\t15.0\n")
    assert read_packages(path) == (
        Package(name="rich", version="15.0"),
        Package(name="attrs", version="26.1"),
    )


def test_a_python_package_is_known_by_its_canonical_name(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("name\nTyping_Extensions\n")
    assert read_packages(path) == (Package(name="typing-extensions"),)


def test_names_of_other_registries_are_left_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("name\tversion\tregistry\n@noble/curves\t\tnpm\n")
    assert read_packages(path) == (Package(name="@noble/curves", registry="npm"),)


def test_a_file_without_names_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "list.tsv"
    path.write_text("package\nrich\n")
    with pytest.raises(RequestInvalid, match=r"is not a package list .* column 'name'"):
        read_packages(path)


def test_a_held_out_package_is_dropped_in_every_version() -> None:
    packages = [Package(name="httpx", version="0.1"), Package(name="rich", version="1")]
    assert without(packages, [Package(name="httpx", version="0.2")]) == (packages[1],)


@pytest.mark.parametrize("name", ["python_packages", "other_packages", "held_out"])
def test_the_lists_that_come_along_can_be_read(name: str) -> None:
    assert len(read_packages(own_list(name))) > 10


def test_no_list_that_comes_along_trains_on_a_held_out_package() -> None:
    closed = read_packages(own_list("held_out"))
    for name in ("python_packages", "other_packages"):
        packages = read_packages(own_list(name))
        assert without(packages, closed) == packages
