"""The shared engine as a process of its own: found, started, replaced."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from unmask_model.client import engine_process
from unmask_model.client.engine_client import EngineClient
from unmask_model.client.engine_process import Place, end_engine, ensure_engine, find_engine
from unmask_model.protocol.errors import EngineClosed, ModelNotFound, WeightsAbsent
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.server.serve import LINGER_S
from unmask_model.transport.listener import is_listening

SCRIPT = Path(__file__).parents[2] / "cases" / "engine" / "script.json"
VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n")


@pytest.fixture
async def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """A folder for sockets, and no engine left in it afterwards."""
    monkeypatch.setenv("UNMASK_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("UNMASK_SCRIPT", str(SCRIPT))
    tmp_path.chmod(0o700)
    yield tmp_path
    client = await find_engine("scripted")
    if client is not None:
        await end(client)


async def end(client: EngineClient, how: signal.Signals = signal.SIGTERM) -> None:
    os.kill((await client.health()).pid, how)
    await client.aclose()
    while (still := await find_engine("scripted")) is not None:
        await still.aclose()
        await asyncio.sleep(0.02)


async def text_of(client: EngineClient) -> str:
    *_, result = [event async for event in client.fill(VALUE)]
    assert isinstance(result, InfillResult)
    return result.text


def silent(stage: str, progress: float | None) -> None:
    """Tell nobody."""


@pytest.mark.e2e
async def test_of_many_who_miss_the_engine_one_starts_it(runtime: Path) -> None:
    clients = await asyncio.gather(*(ensure_engine("scripted", silent) for _ in range(4)))
    pids = {(await client.health()).pid for client in clients}
    assert len(pids) == 1
    assert all(client.is_own for client in clients)
    assert [await text_of(client) for client in clients] == ["x + 1"] * 4
    for client in clients:
        await client.aclose()


@pytest.mark.e2e
async def test_an_engine_that_was_killed_is_started_again(runtime: Path) -> None:
    first = await ensure_engine("scripted", silent)
    killed = (await first.health()).pid
    await end(first, signal.SIGKILL)
    second = await ensure_engine("scripted", silent)
    assert (await second.health()).pid != killed
    assert await text_of(second) == "x + 1"
    await second.aclose()


@pytest.mark.e2e
async def test_an_engine_of_another_version_is_replaced(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await ensure_engine("scripted", silent)
    pid = (await old.health()).pid
    await old.aclose()
    with monkeypatch.context() as patch:
        patch.setattr(engine_process, "PROTOCOL", 2)
        assert await find_engine("scripted") is None
    new = await ensure_engine("scripted", silent)
    assert (await new.health()).pid != pid
    await new.aclose()


@pytest.mark.e2e
async def test_an_engine_ends_for_all_when_it_is_told_to(runtime: Path) -> None:
    client = await ensure_engine("scripted", silent)
    await end_engine("scripted")
    assert await find_engine("scripted") is None
    with pytest.raises(EngineClosed):
        await client.health()
    await client.aclose()
    await end_engine("scripted")  # there is none: fine


@pytest.mark.e2e
async def test_an_engine_stays_for_its_last_holder_and_ends_after_it(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await ensure_engine("scripted", silent)
    second = await ensure_engine("scripted", silent)
    await first.aclose()
    await asyncio.sleep(LINGER_S + 1)
    assert await text_of(second) == "x + 1"
    await second.aclose()
    while is_listening(Place.of("scripted").socket):
        await asyncio.sleep(0.1)


@pytest.mark.e2e
async def test_an_engine_that_cannot_start_says_why(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNMASK_SCRIPT", str(runtime / "absent.json"))
    with pytest.raises(EngineClosed, match=r"absent\.json is not a script"):
        await ensure_engine("scripted", silent)


async def test_a_model_nobody_knows_is_not_looked_for(runtime: Path) -> None:
    with pytest.raises(ModelNotFound, match="no model is called 'huge'"):
        await ensure_engine("huge", silent)


async def test_an_open_model_is_never_fetched_to_be_started(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNMASK_CACHE", str(runtime / "empty"))
    with pytest.raises(WeightsAbsent, match="unmask pull dreamon"):
        await ensure_engine("dreamon", silent)


async def test_absent_weights_are_said_before_anything_is_started(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNMASK_CACHE", str(runtime / "empty"))
    with pytest.raises(WeightsAbsent, match="unmask pull small"):
        await ensure_engine("small", silent)
    assert not list(runtime.glob("*.sock"))


def test_each_model_has_a_place_of_its_own(runtime: Path) -> None:
    places = [Place.of(model).socket for model in ("small", "base", "/a/b.gguf", "/c/b.gguf")]
    assert len(set(places)) == 4
    assert all(place.parent == runtime for place in places)


def test_a_path_is_the_same_engine_from_every_folder(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runtime / "base.gguf").touch()
    monkeypatch.chdir(runtime)
    assert Place.of("base.gguf") == Place.of("./base.gguf") == Place.of(f"{runtime}/base.gguf")


def test_a_folder_called_like_a_model_is_not_taken_for_its_weights(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runtime / "small").mkdir()
    monkeypatch.chdir(runtime)
    monkeypatch.setenv("UNMASK_CACHE", str(runtime / "empty"))
    with pytest.raises(ModelNotFound, match="unmask pull small"):
        engine_process._require_weights("small")


def test_sockets_have_absolute_paths(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine works in another folder than the client that starts it."""
    monkeypatch.chdir(runtime)
    monkeypatch.setenv("UNMASK_RUNTIME_DIR", "run")
    assert Place.of("small").socket.parent == runtime / "run"


def test_a_folder_too_deep_for_a_socket_is_named_with_the_remedy(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("UNMASK_RUNTIME_DIR", str(runtime / ("x" * 100)))
        with pytest.raises(EngineClosed, match="UNMASK_RUNTIME_DIR"):
            Place.of("small")


def test_a_folder_that_cannot_be_made_is_named_with_the_remedy(
    runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (runtime / "file").touch()
    with monkeypatch.context() as patch:
        patch.setenv("UNMASK_RUNTIME_DIR", str(runtime / "file" / "folder"))
        with pytest.raises(EngineClosed, match=r"cannot be made .* UNMASK_RUNTIME_DIR"):
            Place.of("small")


def test_a_folder_others_can_look_into_is_refused(runtime: Path) -> None:
    runtime.chmod(0o755)
    try:
        with pytest.raises(EngineClosed, match="not private"):
            Place.of("small")
    finally:
        runtime.chmod(0o700)


async def test_a_module_in_the_workspace_is_not_taken_for_ours(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`python -m` looks into its working folder first, which an editor sets to the workspace."""
    spawned: list[object] = []

    class Process:
        def __init__(self, command: object, **options: object) -> None:
            spawned.append(options["cwd"])

        def wait(self) -> int:
            return 1

        def poll(self) -> int:
            return 1

    workspace = tmp_path / "workspace"
    (workspace / "unmask_lsp").mkdir(parents=True)
    monkeypatch.chdir(workspace)
    monkeypatch.setattr(engine_process.subprocess, "Popen", Process)
    monkeypatch.setattr(engine_process, "LAST_WORDS_S", 0.1)
    with pytest.raises(EngineClosed):
        await ensure_engine("scripted", silent)
    assert spawned == [runtime]


@pytest.mark.parametrize("file", ["lock", "log"])
@pytest.mark.fault(
    "the home is read-only, or its disk full",
    "one line that names the folder and `UNMASK_RUNTIME_DIR`",
)
async def test_a_folder_that_cannot_be_written_is_one_line(runtime: Path, file: str) -> None:
    """A read-only home, or a full disk, whatever of them it is that cannot be made."""
    getattr(Place.of("scripted"), file).mkdir()
    with pytest.raises(EngineClosed, match=r"cannot be used .* name another in UNMASK_RUNTIME_DIR"):
        await ensure_engine("scripted", silent)
