"""The memory that a container may still use."""

from pathlib import Path

import pytest

from unmask_model.weights import free_memory
from unmask_model.weights.ram_limit import left_in_groups

GB = 1 << 30


def group(folder: Path, *, version: int, limit: str, used: int, reclaimable: int = 0) -> None:
    names = {
        2: ("memory.max", "memory.current", "inactive_file"),
        1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
    }[version]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{names[2]} {reclaimable}\n")


def member(root: Path, text: str) -> None:
    (root / "proc" / "self").mkdir(parents=True)
    (root / "proc" / "self" / "cgroup").write_text(text)


def test_the_cache_of_files_counts_as_free(tmp_path: Path) -> None:
    member(tmp_path, "0::/\n")
    folder = tmp_path / "sys/fs/cgroup"
    group(folder, version=2, limit=str(4 * GB), used=3 * GB, reclaimable=GB)
    assert left_in_groups(tmp_path) == 2 * GB


def test_the_narrowest_of_nested_groups_counts(tmp_path: Path) -> None:
    member(tmp_path, "0::/outer/inner\n")
    folder = tmp_path / "sys/fs/cgroup"
    group(folder / "outer", version=2, limit=str(2 * GB), used=GB)
    group(folder / "outer/inner", version=2, limit="max", used=GB)
    assert left_in_groups(tmp_path) == GB


def test_the_first_version_has_other_names(tmp_path: Path) -> None:
    member(tmp_path, "7:cpu,cpuacct:/x\n4:memory:/x\n")
    group(tmp_path / "sys/fs/cgroup/memory/x", version=1, limit=str(GB), used=0, reclaimable=7)
    assert left_in_groups(tmp_path) == GB + 7


@pytest.mark.parametrize("text", ["", "0::/gone\n", "4:memory:/gone\n", "0::/../../etc\n"])
def test_without_a_limit_that_can_be_read_there_is_none(text: str, tmp_path: Path) -> None:
    member(tmp_path, text)
    assert left_in_groups(tmp_path) is None


def test_a_system_without_groups_has_no_limit(tmp_path: Path) -> None:
    assert left_in_groups(tmp_path) is None


def test_a_group_over_its_limit_leaves_nothing(tmp_path: Path) -> None:
    member(tmp_path, "0::/\n")
    group(tmp_path / "sys/fs/cgroup", version=2, limit="5", used=GB)
    assert left_in_groups(tmp_path) == 0


@pytest.mark.fault(
    "a container has less memory than the machine",
    "models are opened in a format that fits the container",
)
def test_the_limit_of_a_container_is_what_models_must_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_memory, "left_in_groups", lambda: 1000)
    assert free_memory.of_processor() == 1000
