"""What a container or a service may still use of the memory, where it has a limit of its own.

The kernel's figures for the whole machine do not know it: a process that goes beyond the limit of
its control group is killed although the machine has memory left (cgroups(7), both versions).
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

ROOT = Path("/")
OF_VERSION = {
    2: ("memory.max", "memory.current", "inactive_file"),
    1: ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Files with the limit and the use, and what of memory.stat can be given up."""


def left_in_groups(root: Path = ROOT) -> int | None:
    """Return the fewest bytes that a group of this process leaves it; None without a limit."""
    return min(
        (left for folder in _groups(root) if (left := _left(folder)) is not None), default=None
    )


def _groups(root: Path) -> Iterator[Path]:
    """Yield the folders of this process's groups for memory, and of those around them."""
    with suppress(OSError):
        for line in (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, kinds, path = line.split(":", 2)
            mounted = root / "sys/fs/cgroup" / ("memory" if kinds else "")
            if not kinds or "memory" in kinds.split(","):
                group = mounted / path.strip("/")
                yield from (
                    each for each in (group, *group.parents) if each.is_relative_to(mounted)
                )


def _left(group: Path) -> int | None:
    for limit, used, reclaimable in OF_VERSION.values():
        with suppress(OSError, ValueError):
            most = int((group / limit).read_text(encoding="utf-8"))  # "max": no limit, no number
            now = int((group / used).read_text(encoding="utf-8"))
            return max(most - now + _entry(group / "memory.stat", reclaimable), 0)
    return None


def _entry(stat: Path, name: str) -> int:
    with suppress(OSError):
        entries = (line.split() for line in stat.read_text(encoding="utf-8").splitlines())
        return next((int(value) for key, value in entries if key == name), 0)
    return 0
