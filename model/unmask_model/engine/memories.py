"""The memories of the workspaces that an engine's clients work in, each shared by all in it.

Texts are read in by a thread of its own, which lets answers go first. A memory is forgotten when
the last client that held it has let go. No workspace's memory is ever asked for another's.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from unmask_model.engine.leases import Leases
from unmask_model.memory.workspace_memory import WorkspaceMemory
from unmask_model.protocol.errors import EngineBusy
from unmask_model.protocol.memory import MemoryAccount, MemoryFile, MemoryUpdate

WORKSPACES = 8
"""Most workspaces; the one heard of longest ago is forgotten."""
LINGER_S = 5.0
"""Seconds a memory stays after the last client let go of it: a window that reloads is soon back."""
LONGEST_WAIT_S = 0.2
"""Seconds a text waits, at most, while answers are being written."""
LOOK_S = 0.005

Encode = Callable[[str], Sequence[int]]
"""Text to ids."""


@dataclass(slots=True, kw_only=True, eq=False)
class Workspace:
    """What is known of one."""

    memory: WorkspaceMemory = field(default_factory=WorkspaceMemory)
    """Its texts by ids."""
    leases: Leases = field(default_factory=Leases)
    """Who wants it to stay."""
    stamps: dict[str, str] = field(default_factory=dict)
    """Of each file, which text of it is known."""
    left_out: int = 0
    """Files that were not even sent."""
    build_ms: float = 0.0
    """Milliseconds of processor time that reading in took."""

    def forget(self, names: Sequence[str]) -> None:
        """Let go of files."""
        self.memory.forget(names)
        for name in names:
            self.stamps.pop(name, None)


class Memories:
    """The memories of all workspaces that this engine serves."""

    def __init__(self) -> None:
        self._is_busy: Callable[[], bool] = lambda: False
        self._encode: Encode | None = None
        self._kept: OrderedDict[str, Workspace] = OrderedDict()
        self._thread = ThreadPoolExecutor(1, "unmask memory")

    def yield_to(self, is_busy: Callable[[], bool]) -> None:
        """Let other work go first while it says so."""
        self._is_busy = is_busy

    def open(self, encode: Encode) -> None:
        """Read texts with the tokenizer of the model that is loaded."""
        self._encode = encode

    def shut(self) -> None:
        """Read no more until there is a model again; what was read stays."""
        self._encode = None

    def close(self) -> None:
        """Forget everything: the engine ends."""
        self.shut()
        self._kept.clear()
        self._thread.shutdown(wait=False, cancel_futures=True)

    def of(self, workspace: str) -> WorkspaceMemory | None:
        """Return the memory of a workspace; None if there is none, or no workspace is named."""
        found = self._kept.get(workspace)
        return found.memory if found else None

    async def take(self, update: MemoryUpdate) -> MemoryAccount:
        """Take an update over, and say what is known then; raise EngineBusy without a model."""
        if self._encode is None:
            raise EngineBusy("no model is loaded to read texts with; send them later")
        workspace = self._workspace(update.workspace)
        reading = asyncio.get_running_loop().run_in_executor(
            self._thread, self._update, workspace, update, self._encode
        )
        return self._account(update.workspace, workspace, await reading)

    def accounts(self) -> list[MemoryAccount]:
        """Return what is known of every workspace."""
        return [self._account(key, workspace) for key, workspace in list(self._kept.items())]

    async def hold(self, key: str) -> AsyncGenerator[bytes, None]:
        """Keep a workspace's memory until this is closed."""
        leases = self._workspace(key).leases
        async for nothing in leases.hold():
            yield nothing

    def dismiss(self) -> None:
        """Let all who hold one go: the engine ends."""
        for workspace in self._kept.values():
            workspace.leases.dismiss()

    def forget_abandoned(self) -> None:
        """Forget what nobody holds any more."""
        for key, workspace in list(self._kept.items()):
            if workspace.leases.abandoned_s > LINGER_S:
                del self._kept[key]

    def _workspace(self, key: str) -> Workspace:
        workspace = self._kept.setdefault(key, Workspace())
        self._kept.move_to_end(key)
        if len(self._kept) > WORKSPACES:
            self._kept.popitem(last=False)
        return workspace

    def _update(
        self, workspace: Workspace, update: MemoryUpdate, encode: Encode
    ) -> tuple[str, ...]:
        """Read an update in; return the files whose text is wanted. Runs in the thread."""
        begun = time.thread_time()
        named = {file.name for file in update.files}
        gone = [name for name in workspace.stamps if name not in named] if update.whole else []
        workspace.forget([*gone, *update.gone])
        if update.whole:
            workspace.left_out = update.left_out
        for recent in (False, True):
            told = [file for file in update.files if file.recent is recent]
            self._read(workspace, told, encode, recent=recent)
        workspace.build_ms += (time.thread_time() - begun) * 1000
        offered = (file for file in update.files if file.text is None)
        known = workspace.stamps
        return tuple(file.name for file in offered if known.get(file.name) != file.stamp)

    def _read(
        self, workspace: Workspace, files: Sequence[MemoryFile], encode: Encode, *, recent: bool
    ) -> None:
        texts = {}
        for file in files:
            if file.text is not None:
                self._let_answers_go_first()
                texts[file.name] = np.array(encode(file.text), dtype=np.int32)
                workspace.stamps[file.name] = file.stamp
        if texts:
            workspace.memory.put(texts, recent=recent)

    def _let_answers_go_first(self) -> None:
        due = time.monotonic() + LONGEST_WAIT_S
        while self._is_busy() and time.monotonic() < due:
            time.sleep(LOOK_S)

    def _account(
        self, key: str, workspace: Workspace, wanted: tuple[str, ...] = ()
    ) -> MemoryAccount:
        size = workspace.memory.size
        return MemoryAccount(
            workspace=key,
            files=size.texts,
            tokens=size.tokens,
            bytes=size.bytes,
            left_out=size.left_out + workspace.left_out,
            build_ms=workspace.build_ms,
            wanted=wanted,
        )
