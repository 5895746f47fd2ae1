"""A loopback port with a token, for systems without Unix sockets."""

import asyncio
import json
import os
import socket
import stat
from pathlib import Path

import pytest

from unmask_model.client.engine_process import Place, ensure_engine, find_engine
from unmask_model.protocol.errors import EngineBusy, RequestInvalid
from unmask_model.transport.loopback_listener import LoopbackListener


@pytest.fixture
def listener(tmp_path: Path) -> LoopbackListener:
    return LoopbackListener(path=tmp_path / "run" / "engine.port")


def test_port_and_token_are_for_its_user_alone(listener: LoopbackListener) -> None:
    with listener.open() as listening:
        assert stat.S_IMODE(listener.path.stat().st_mode) == 0o600
        address = listener.address()
        assert address is not None
        assert address.url == f"http://127.0.0.1:{listening.getsockname()[1]}"
        assert address.token == listener.token
        assert len(listener.token) > 30
    listener.close()
    assert not listener.path.exists()
    assert [file.name for file in listener.path.parent.iterdir()] == ["engine.port.lock"]


def test_each_engine_has_a_token_of_its_own(tmp_path: Path) -> None:
    assert LoopbackListener(path=tmp_path).token != LoopbackListener(path=tmp_path).token


def test_a_second_engine_does_not_push_the_first_one_out(listener: LoopbackListener) -> None:
    with listener.open():
        with pytest.raises(EngineBusy):
            LoopbackListener(path=listener.path).open()
        listener.close()
        assert listener.address() is not None


def test_the_place_of_a_dead_engine_is_taken(listener: LoopbackListener) -> None:
    listener.open().close()
    assert listener.address() is None
    with LoopbackListener(path=listener.path).open():
        assert listener.address() is not None


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"port": "x", "token": ""}'])
def test_a_file_that_says_nothing_is_no_engine(listener: LoopbackListener, content: str) -> None:
    listener.path.parent.mkdir()
    listener.path.write_text(content)
    assert listener.address() is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "notes",
        "[]",
        "{}",
        '{"port": 1}',
        '{"port": "1", "token": ""}',
        '{"port": 1, "token": "", "more": 1}',
        '{"port": 0, "token": ""}',
        f'{{"port": {"9" * 5000}, "token": ""}}',
    ],
)
def test_a_file_that_no_engine_wrote_is_neither_replaced_nor_removed(
    listener: LoopbackListener, content: str
) -> None:
    listener.path.parent.mkdir()
    listener.path.write_text(content)
    with pytest.raises(RequestInvalid, match="no file of an engine"):
        listener.open()
    listener.close()
    assert listener.path.read_text() == content


def test_a_link_and_what_it_leads_to_stay(listener: LoopbackListener, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text('{"port": 1, "token": ""}')
    listener.path.parent.mkdir()
    listener.path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RequestInvalid):
        listener.open()
    listener.close()
    assert listener.path.is_symlink()


def test_files_beside_it_are_left_alone(listener: LoopbackListener) -> None:
    listener.path.parent.mkdir()
    beside = listener.path.with_suffix(f".{os.getpid()}")
    beside.write_text("mine")
    listener.open().close()
    listener.close()
    assert beside.read_text() == "mine"


@pytest.mark.e2e
async def test_editors_find_and_start_an_engine_without_unix_sockets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setenv("UNMASK_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delattr(socket, "AF_UNIX")
    client = await ensure_engine("scripted", lambda words, share: None)
    known = json.loads(Place.of("scripted").listener.path.read_text())
    pid = (await client.health()).pid
    command = Path(f"/proc/{pid}/cmdline")
    assert not command.exists() or known["token"] not in command.read_text()
    assert known["token"] not in Place.of("scripted").log.read_text()
    found = await find_engine("scripted")
    assert found is not None
    assert (await found.health()).pid == pid
    for each in (client, found):
        await each.aclose()
    os.kill(pid, 15)
    while Place.of("scripted").listener.address() is not None:
        await asyncio.sleep(0.05)
