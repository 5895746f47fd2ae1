"""The memory that is free on this machine now. Knows no torch, so that listing models is quick."""

import shutil
import subprocess
from contextlib import suppress

import psutil

from unmask_model.weights.ram_limit import left_in_groups

QUERY = ("--query-gpu=memory.free", "--format=csv,noheader,nounits")
"""Asks NVIDIA's tool for the free memory of each GPU, in MiB, one a line."""


def of_processor() -> int:
    """Return the bytes that this process can get without swapping, limits of its own included."""
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
