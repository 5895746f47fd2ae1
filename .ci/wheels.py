"""Whether pip finds a wheel of every default dependency, on each system and for each Python.

It resolves without downloading. A combination that is known to lack a wheel is named in LACKING
with the reason; it fails the check once it has one.
"""

import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
SYSTEMS = {
    "Linux x64": [f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 24, 17)]
    + ["manylinux2014_x86_64"],
    "Linux arm64": [f"manylinux_2_{minor}_aarch64" for minor in (28, 27, 24, 17)]
    + ["manylinux2014_aarch64"],
    "macOS arm64": [f"macosx_{major}_0_arm64" for major in (14, 13, 12, 11)],
    "Windows x64": ["win_amd64"],
}
MARKERS = {
    "Linux x64": {"sys_platform": "linux", "platform_machine": "x86_64"},
    "Linux arm64": {"sys_platform": "linux", "platform_machine": "aarch64"},
    "macOS arm64": {"sys_platform": "darwin", "platform_machine": "arm64"},
    "Windows x64": {"sys_platform": "win32", "platform_machine": "AMD64"},
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
LACKING: dict[tuple[str, str], str] = {}
"""(system, Python) -> why it has not all wheels."""
LIMIT_S = 240
TOGETHER = 4


def main() -> int:
    """Resolve for all combinations; return how many failed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    combinations = list(product(SYSTEMS, PYTHONS))
    with ThreadPoolExecutor(TOGETHER) as pool:
        found = list(pool.map(lambda each: resolve(*each, wanted), combinations))
    wrong = 0
    for each, error in zip(combinations, found, strict=True):
        known = LACKING.get(each)
        said = f"lacks a wheel: {error}" if error else "all wheels"
        print(f"{each[0]:12} Python {each[1]}: {said}" + (f" (known: {known})" if known else ""))
        wrong += bool(error) != bool(known)
    return wrong


def resolve(system: str, python: str, wanted: list[Requirement]) -> str:
    """Return what pip says is missing; nothing if it finds all.

    What is declared for some systems alone is looked for on those: pip itself would ask whether it
    is for the system it runs on.
    """
    there = {**MARKERS[system], "python_version": python}
    named = [
        f"{one.name}{one.specifier}"
        for one in wanted
        if one.marker is None or one.marker.evaluate(there)
    ]
    platforms = [argument for tag in SYSTEMS[system] for argument in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    command += [
        "--target",
        "nowhere",
        "--only-binary=:all:",
        "--python-version",
        python,
        *platforms,
    ]
    command += ["--constraint", str(ROOT / "constraints.txt"), *named]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return f"not resolved within {LIMIT_S} s"
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return "" if done.returncode == 0 else "; ".join(errors[:2]) or done.stderr[-300:]


if __name__ == "__main__":
    sys.exit(main())
