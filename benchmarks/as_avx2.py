"""Run a command with ONNX Runtime as on a processor that has AVX2 and nothing wider.

    python benchmarks/as_avx2.py python benchmarks/warm.py --places 50

The runtime chooses its kernels by the instruction `cpuid`, which nobody can answer for it from
outside. So a copy of it gets a trap in the place of each, and a library that is loaded first
answers those without AVX-512, VNNI and AMX. Clock, caches and memory stay this processor's: what
comes out is what those kernels take here, not what an older processor takes. Wants Linux on
x86-64, gcc and objdump.
"""

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

CPUID, TRAP = b"\x0f\xa2", b"\xcc\x90"
"""The instruction, and one that traps with one that does nothing behind it."""


def main() -> int:
    """Run what stands behind this script's name; returns its exit status."""
    with TemporaryDirectory() as folder:
        site, library = Path(folder, "site"), Path(folder, "hide_avx512.so")
        source = Path(__file__).with_name("hide_avx512.c")
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", source, "-o", library], check=True)
        trap(copied_runtime(site))
        paths = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH", "")]))
        environment = {**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": paths}
        return subprocess.run(sys.argv[1:], env=environment, check=False).returncode


def copied_runtime(site: Path) -> Path:
    """Copy the installed runtime into a folder; returns its library."""
    spec = find_spec("onnxruntime")
    assert spec is not None
    assert spec.origin is not None
    copy = shutil.copytree(Path(spec.origin).parent, site / "onnxruntime")
    (library,) = Path(copy).glob("capi/onnxruntime_pybind11_state*.so")
    return library


def trap(library: Path) -> None:
    """Put a trap in the place of each `cpuid` of a library."""
    code = bytearray(library.read_bytes())
    for offset in offsets(library):
        assert code[offset : offset + 2] == CPUID
        code[offset : offset + 2] = TRAP
    library.write_bytes(code)


def offsets(library: Path) -> list[int]:
    """Where a library's file has the instruction."""
    headers = subprocess.run(
        ["objdump", "-h", "-j", ".text", library], check=True, capture_output=True, text=True
    )
    sizes = re.search(r"\.text\s+\w+\s+(\w+)\s+\w+\s+(\w+)", headers.stdout)
    assert sizes is not None
    shift = int(sizes[2], 16) - int(sizes[1], 16)
    disassemble = ["objdump", "-d", "-j", ".text", "--no-show-raw-insn", library]
    with subprocess.Popen(disassemble, stdout=subprocess.PIPE, text=True) as disassembly:
        assert disassembly.stdout is not None
        lines = (line.split() for line in disassembly.stdout)
        return [int(line[0][:-1], 16) + shift for line in lines if line[1:] == ["cpuid"]]


if __name__ == "__main__":
    sys.exit(main())
