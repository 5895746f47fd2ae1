"""Brings one wheel from the package index, with whatever index and proxy the user's pip has.

Certificates are those of SSL_CERT_FILE, as for every other download, unless PIP_CERT names others.

The wheel is only saved: nothing is installed, built, imported or run.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from unmask_model.protocol.errors import DownloadFailed

POLL_SECONDS = 0.2
BROKEN = re.compile(r"after connection broken by '(.*)': /")
"""How pip says, before each retry, why the index could not be asked."""

Watch = Callable[[int], None]
"""Called now and then with the bytes that have come so far."""


def pip_download(requirement: str, folder: Path, watch: Watch) -> Path:
    """Save the one wheel that satisfies `requirement` in `folder`. Raises DownloadFailed."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="pip-") as scratch:
        _run(requirement, Path(scratch), watch)
        wheels = list(Path(scratch).glob("*.whl"))
        if len(wheels) != 1:
            raise DownloadFailed(f"pip brought {len(wheels)} wheels for {requirement}, not one")
        return wheels[0].replace(folder / wheels[0].name)


def _run(requirement: str, scratch: Path, watch: Watch) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-cache-dir"]
    command += ["--disable-pip-version-check", "--no-deps", "--only-binary", ":all:"]
    command += ["--dest", ".", requirement]
    # Bytes on their way are under TMPDIR, where they can be counted. The working folder is ours,
    # so that no file of the user's project is taken for the module pip.
    environment = os.environ | {"TMPDIR": str(scratch), "TEMP": str(scratch), "TMP": str(scratch)}
    if certificates := os.environ.get("SSL_CERT_FILE"):
        environment.setdefault("PIP_CERT", certificates)  # not every pip looks there by itself
    with (
        (scratch / "pip.log").open("w+", encoding="utf-8", errors="replace") as log,
        subprocess.Popen(
            command, cwd=scratch, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        ) as process,
    ):
        try:
            _wait(process, scratch, watch)
        finally:
            process.kill()
        if process.wait():
            log.seek(0)
            raise DownloadFailed(f"pip cannot download {requirement} ({_reason(log.read())})")


def _wait(process: subprocess.Popen[bytes], scratch: Path, watch: Watch) -> None:
    while True:
        try:
            process.wait(POLL_SECONDS)
            return
        except subprocess.TimeoutExpired:
            watch(_bytes_under(scratch))


def _bytes_under(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size
            except FileNotFoundError:
                continue  # pip removed it meanwhile
    return total


def _reason(log: str) -> str:
    """Why pip failed; that it found no version says little where it found no index."""
    broken = BROKEN.findall(log)
    errors = [line.removeprefix("ERROR: ") for line in log.splitlines() if "ERROR: " in line]
    return [*errors, *broken][-1] if errors or broken else "no reason given"
