"""Memory of processes, where the system tells: Linux's /proc."""

import os
from pathlib import Path


def resident_mb(pid: int | None = None) -> float:
    """Return the resident memory of a process, this one if none is named; 0 if nobody says."""
    status = Path("/proc", str(pid or os.getpid()), "status")
    return _field(status, "VmRSS") if status.exists() else 0.0


def proportional_mb(pid: int) -> float:
    """Return the memory of a process with shared pages divided by those who share them."""
    rollup = Path("/proc", str(pid), "smaps_rollup")
    return _field(rollup, "Pss") if rollup.exists() else 0.0


def _field(file: Path, name: str) -> float:
    lines = file.read_text(encoding="utf-8").splitlines()
    found = (line.split()[1] for line in lines if line.startswith(f"{name}:"))
    return int(next(found, "0")) / 1024
