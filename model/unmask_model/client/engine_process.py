"""Finds the engine that all editor windows of a user share, or starts it. Imports no torch.

An engine is known by its socket: one for each model and version of Unmask, in a folder of the
user's own. A lock makes sure that of many who miss it only one starts it.
"""

import asyncio
import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_cache_path, user_runtime_path

from unmask_model.client.engine_client import EngineClient
from unmask_model.protocol.errors import EngineClosed, WeightsAbsent
from unmask_model.protocol.health import PROTOCOL, Health, State
from unmask_model.transport.listener import LONGEST_PATH, SocketListener
from unmask_model.transport.loopback_listener import LoopbackListener
from unmask_model.weights.catalogue import from_anywhere, is_path, weights_of
from unmask_model.weights.pull_command import pull_command
from unmask_model.weights.sources.cache import Cache

OnProgress = Callable[[str, float | None], None]
"""Called with what is being done and how far it is, 0 to 1, None if nobody knows."""

RUNTIME_VARIABLE = "UNMASK_RUNTIME_DIR"
"""Environment variable that names the folder of the sockets."""
IDLE_S = 600.0
"""Seconds without a request after which a shared engine ends."""
LOOK_S = 0.05
"""Seconds between two looks at an engine that is starting."""
STOP_S = 10.0
"""Seconds an engine has to end when it is told to."""
LAST_WORDS_S = 5.0
"""Seconds an engine has to say why it ended."""
SAYS = "unmask: "
"""How the command starts the line that says why it could not do what it should."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the engine of a model is."""

    socket: Path
    """The socket it listens on."""

    @classmethod
    def of(cls, model: str) -> "Place":
        """Return the place of this version's engine for a model; its folder is made private."""
        folder = _private_folder()
        model = from_anywhere(model)
        name = re.sub(r"[^A-Za-z0-9]+", "-", model)[-20:].strip("-")
        mark = hashlib.sha256(os.fsencode(f"{model}\0{version('unmask')}")).hexdigest()[:8]
        path = folder / f"{name}-{mark}.sock"
        if len(os.fsencode(path)) > LONGEST_PATH:
            raise EngineClosed(
                f"{folder} is too long for a socket; name a shorter folder in {RUNTIME_VARIABLE}"
            )
        return cls(socket=path)

    @property
    def listener(self) -> SocketListener | LoopbackListener:
        """How it is reached: a loopback port where there are no Unix sockets."""
        if hasattr(socket, "AF_UNIX"):
            return SocketListener(path=self.socket)
        return LoopbackListener(path=self.socket.with_suffix(".port"))

    @property
    def lock(self) -> Path:
        """The lock that is held while it is started."""
        return self.socket.with_suffix(".lock")

    @property
    def log(self) -> Path:
        """What it says on stderr."""
        return self.socket.with_suffix(".log")


async def ensure_engine(model: str, on_progress: OnProgress) -> EngineClient:
    """Return a client of a running engine whose model is loaded, and start one if need be.

    The engine stays while the client is open and somebody asks it now and then: after IDLE_S
    without a request it ends all the same. Raises ModelNotFound where there is no such model or its
    weights are not on this machine, EngineClosed where an engine cannot be started.
    """
    client = await find_engine(model)
    if client is None:
        await asyncio.to_thread(_require_weights, model)
        client = await _start(Place.of(model), model)
    try:
        await _until_ready(client, model, on_progress)
    except BaseException:
        await client.aclose()
        raise
    return client


async def find_engine(model: str) -> EngineClient | None:
    """Return a client of the running engine of a model, loaded or not; None if there is none."""
    place = Place.of(model)
    address = place.listener.address()
    if address is None:
        return None
    client = EngineClient(address, is_own=True)
    try:
        health = await client.health()
    except EngineClosed:
        await client.aclose()
        return None
    if _matches(health):
        return client
    await client.aclose()
    await _end(health, place)
    return None


async def end_engine(model: str) -> None:
    """End the engine of a model for all who share it; fine if there is none."""
    client = await find_engine(model)
    if client is None:
        return
    try:
        health = await client.health()
    finally:
        await client.aclose()
    await _end(health, Place.of(model))


async def _start(place: Place, model: str) -> EngineClient:
    lock = FileLock(place.lock, timeout=0, thread_local=False)
    while not _acquired(lock):
        await asyncio.sleep(LOOK_S)
    try:
        found = await find_engine(model)
        if found is not None:
            return found
        process = _spawn(place, model)
        while (address := place.listener.address()) is None:
            if process.poll() is not None:
                raise EngineClosed(f"the engine could not start: {await _last_words(place.log)}")
            await asyncio.sleep(LOOK_S)
        return EngineClient(address, is_own=True)
    except OSError as error:
        raise _unusable(place.socket.parent, error) from error
    finally:
        lock.release()


def _spawn(place: Place, model: str) -> "subprocess.Popen[bytes]":
    """Start an engine that outlives this process."""
    command = [sys.executable, "-m", "unmask_lsp", "serve"]
    option = "--socket" if isinstance(place.listener, SocketListener) else "--loopback"
    options = [
        option,
        str(place.listener.path),
        "--idle",
        str(IDLE_S),
        "--model",
        from_anywhere(model),
    ]
    with place.log.open("wb") as log:
        process = subprocess.Popen(
            [*command, *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=place.socket.parent,  # `-m` looks for modules in the working folder first
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # leaves no zombie behind
    return process


async def _until_ready(client: EngineClient, model: str, on_progress: OnProgress) -> None:
    try:
        await client.hold()
        while (health := await client.health()).state is State.LOADING:
            on_progress(health.stage or f"loading {model}", health.progress)
            await asyncio.sleep(LOOK_S)
    except EngineClosed as error:
        reason = await _last_words(Place.of(model).log)
        raise EngineClosed(f"the engine of {model!r} ended: {reason}") from error


def _matches(health: Health) -> bool:
    return health.version == version("unmask") and health.protocol == PROTOCOL


async def _end(health: Health, place: Place) -> None:
    """End an engine and wait until its socket is free."""
    with suppress(ProcessLookupError):
        os.kill(health.pid, signal.SIGTERM)
    for _ in range(round(STOP_S / LOOK_S)):
        if place.listener.address() is None:
            return
        await asyncio.sleep(LOOK_S)
    raise EngineClosed(
        f"an engine of version {health.version} does not end; end process {health.pid}"
    )


def _require_weights(model: str) -> None:
    if is_path(model):
        return
    weights = weights_of(model)
    if weights is not None and not weights.is_here(Cache.of_user()):
        raise WeightsAbsent(
            f"the weights of {model!r} ({weights.in_words}) are not on this machine;"
            f" run `{pull_command(model)}`"
        )


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire()
    except Timeout:
        return False
    except OSError as error:
        raise _unusable(Path(lock.lock_file).parent, error) from error
    return True


def _unusable(folder: Path, error: OSError) -> EngineClosed:
    return EngineClosed(
        f"{folder} cannot be used ({error.strerror}); name another in {RUNTIME_VARIABLE}"
    )


async def _last_words(log: Path) -> str:
    """Return why an engine ended; its socket is closed a moment before it says so."""
    for _ in range(round(LAST_WORDS_S / LOOK_S)):
        said = _said(log)
        if said and said[-1].startswith(SAYS):
            return said[-1].removeprefix(SAYS)
        await asyncio.sleep(LOOK_S)
    return said[-1] if said else f"it was killed, or the disk is full: {log} is empty"


def _said(log: Path) -> list[str]:
    """Return the lines of a log that hold something; none if it is gone."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return []
    return [line for line in text.split("\n") if line.strip()]


def _private_folder() -> Path:
    """Return the folder of the sockets, made if need be; raise EngineClosed if others see it."""
    given = os.environ.get(RUNTIME_VARIABLE)
    folder = Path(given).expanduser().absolute() if given else _runtime_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EngineClosed(
            f"{folder} cannot be made ({error.strerror}); name another in {RUNTIME_VARIABLE}"
        ) from error
    if not _is_private(folder):
        raise EngineClosed(f"{folder} is not private; give it to yourself with mode 0700")
    return folder


def _is_private(folder: Path) -> bool:
    """Whether only this user can look into a folder; Windows' own permissions see to that."""
    if sys.platform == "win32":
        return True
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & 0o077


def _runtime_folder() -> Path:
    """The user's folder for sockets; where a login gave none (containers, ssh), one of our own."""
    if os.environ.get("XDG_RUNTIME_DIR") or sys.platform != "linux":
        return user_runtime_path("unmask")
    return user_cache_path("unmask") / "run"
