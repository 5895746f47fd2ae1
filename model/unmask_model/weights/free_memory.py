"""The memory that is free on this machine now. Knows no torch, so that listing models is quick."""

import ctypes
import shutil
import subprocess
import sys
from contextlib import suppress

from unmask_model.weights.ram_limit import left_in_groups

ARENAS = -8
"""glibc's number of the option that says how many heaps threads may have (malloc.h)."""
QUERY = ("--query-gpu=memory.free", "--format=csv,noheader,nounits")
"""Asks NVIDIA's tool for the free memory of each GPU, in MiB, one a line."""


def of_processor() -> int:
    """Return the bytes that this process can get without swapping, limits of its own included."""
    import psutil  # not for the language server, which only gives memory back

    machine, group = int(psutil.virtual_memory().available), left_in_groups()
    return machine if group is None else min(machine, group)


def of_gpu() -> int | None:
    """Return the free bytes of the GPU that has most; None where the driver's tool says nothing."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return None
    with suppress(OSError, subprocess.SubprocessError, ValueError):
        said = subprocess.run([tool, *QUERY], capture_output=True, text=True, timeout=5, check=True)
        return max(int(line) for line in said.stdout.splitlines()) << 20
    return None


def share_one_heap() -> None:
    """Let all threads of this process allocate in one heap, before there are any.

    Each heap of glibc has gaps of its own. For a process whose threads mostly wait.
    """
    if sys.platform == "linux" and (set_option := getattr(ctypes.CDLL(None), "mallopt", None)):
        set_option(ARENAS, 1)


def give_back() -> None:
    """Have the C library return free memory to the system, where it is one that keeps it.

    glibc keeps what lies between pieces that are in use, and does not always find a place there
    for what comes next: without this a process grows that holds no more than before.
    """
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)):
        trim(0)
