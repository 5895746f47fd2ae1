"""The real server and the real engine process, on the model `scripted`, and real editors.

Everything that starts keeps to a folder of its own, and ends with its test.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from editor_programs import EditorAbsent, fetched

from unmask_model.client.engine_process import end_engine, find_engine
from unmask_model.weights.sources.cache import VARIABLE

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Backend:
    """An engine's folder, and what a server needs to find it there."""

    folder: Path
    environment: dict[str, str]

    def script(self, **script: Any) -> None:
        """Write what the model answers; see unmask_model/families/scripted/script.py."""
        (self.folder / "script.json").write_text(json.dumps(script))

    def command(self, folder: Path) -> Path:
        """Put a command `unmask` into a folder; it runs the code of this repository."""
        file = folder / "unmask"
        file.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m unmask_lsp "$@"\n')
        file.chmod(0o755)
        return file

    def on_path(self, home: Path) -> dict[str, str]:
        """The environment of a person who has `unmask` on the PATH, and no weights."""
        folder = home / "bin"
        folder.mkdir()
        path = os.pathsep.join([str(self.command(folder).parent), self.environment["PATH"]])
        return {**self.environment, "PATH": path, VARIABLE: str(home / "weights")}

    async def engine_pid(self) -> int:
        """The engine's process; it must run."""
        client = await find_engine("scripted")
        assert client is not None
        pid = (await client.health()).pid
        await client.aclose()
        return pid

    def is_running(self, pid: int) -> bool:
        """Whether a process is there."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True


@pytest.fixture
def backend(monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    with backend_in(monkeypatch) as made:
        yield made


@pytest.fixture(scope="module")
def shared_backend() -> Iterator[Backend]:
    """One engine for all tests of a module, since starting one takes long."""
    with pytest.MonkeyPatch.context() as monkeypatch, backend_in(monkeypatch) as made:
        yield made


@contextmanager
def backend_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    """Have servers and engines keep to a folder of their own, and end what runs there."""
    # Not tmp_path: the path of a Unix socket has about a hundred characters.
    folder = Path(tempfile.mkdtemp(prefix="unmask-"))
    monkeypatch.setenv("UNMASK_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("UNMASK_SCRIPT", str(folder / "script.json"))
    monkeypatch.setenv("UNMASK_STATE", str(folder))
    roots = [str(ROOT / "lsp_server"), str(ROOT / "model"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, roots)))
    made = Backend(folder=folder, environment=dict(os.environ))
    made.script()
    yield made
    asyncio.run(end_engine("scripted"))
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty folder with a short path."""
    # Not tmp_path: the path of a Unix socket has about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="unmask-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def server_command() -> list[str]:
    return [sys.executable, "-m", "unmask_lsp", "lsp", "--verbose"]


@pytest.fixture(scope="session")
def fetch() -> Callable[[str, str], Path]:
    """Brings an editor, by its name and version."""

    def fetch(editor: str, version: str) -> Path:
        try:
            return fetched(editor, version)
        except EditorAbsent as absent:
            pytest.skip(str(absent))

    return fetch
