"""Where an engine listens."""

import socket
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from unmask_model.protocol.errors import EngineBusy, EngineClosed, RequestInvalid
from unmask_model.transport.listener import SocketListener, TcpListener, is_listening
from unmask_model.transport.loopback_listener import LoopbackListener


def test_a_socket_is_for_its_user_alone(tmp_path: Path) -> None:
    listener = SocketListener(path=tmp_path / "private" / "engine.sock")
    with listener.open():
        assert stat.S_IMODE(listener.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(listener.path.parent.stat().st_mode) == 0o700
        assert is_listening(listener.path)
    listener.close()
    assert not listener.path.exists()
    assert not is_listening(listener.path)


def test_a_second_engine_does_not_push_the_first_one_out(tmp_path: Path) -> None:
    listener = SocketListener(path=tmp_path / "engine.sock")
    with listener.open():
        with pytest.raises(EngineBusy, match="already"):
            listener.open()
        assert is_listening(listener.path)


def test_the_place_of_a_dead_engine_is_taken(tmp_path: Path) -> None:
    listener = SocketListener(path=tmp_path / "engine.sock")
    listener.open().close()
    assert listener.path.exists()
    with listener.open():
        assert is_listening(listener.path)


def test_an_engine_that_ends_late_leaves_its_successor_alone(tmp_path: Path) -> None:
    """It stops listening first and may take seconds to end; the next one need not wait."""
    older, newer = (SocketListener(path=tmp_path / "engine.sock") for _ in range(2))
    older.open().close()
    with newer.open():
        older.close()
        assert is_listening(newer.path)


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_text("mine"), "link"])
def test_what_is_no_socket_is_neither_removed_nor_replaced(tmp_path: Path, make: Any) -> None:
    listener = SocketListener(path=tmp_path / "notes.txt")
    (tmp_path / "kept").write_text("mine")
    if make == "link":
        listener.path.symlink_to(tmp_path / "kept")
    else:
        make(listener.path)
    before = listener.path.lstat()
    with pytest.raises(RequestInvalid, match="is no socket"):
        listener.open()
    listener.close()
    assert listener.path.lstat() == before
    assert (tmp_path / "kept").read_text() == "mine"


def test_a_file_that_took_the_place_of_a_socket_stays(tmp_path: Path) -> None:
    listener = SocketListener(path=tmp_path / "engine.sock")
    listener.open().close()
    listener.path.unlink()
    listener.path.write_text("mine")
    listener.close()
    assert listener.path.read_text() == "mine"


@pytest.mark.fault(
    "four engines open at the same moment",
    "one serves; the others say so and end",
)
@pytest.mark.parametrize("is_loopback", [False, True])
def test_of_many_who_open_at_once_on_a_dead_ones_place_one_serves(
    tmp_path: Path, is_loopback: bool
) -> None:
    """They are processes, each with its own eyes; here threads, each with its own listener."""
    path = tmp_path / "engine"
    kind: type[Any] = LoopbackListener if is_loopback else SocketListener
    kind(path=path).open().close()

    def try_it(_: int) -> socket.socket | None:
        try:
            return kind(path=path).open()  # type: ignore[no-any-return]
        except EngineBusy:
            return None

    with ThreadPoolExecutor(8) as pool:
        opened = [one for one in pool.map(try_it, range(32)) if one]
    with opened[0]:
        assert len(opened) == 1
        assert kind(path=path).address() is not None


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EngineClosed, match="cannot listen on"):
        SocketListener(path=tmp_path / "file" / "engine.sock").open()


def test_a_path_that_no_system_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="too long"):
        SocketListener(path=tmp_path / ("x" * 100)).open()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org"])
def test_strangers_need_a_token(host: str) -> None:
    with pytest.raises(RequestInvalid, match="--token-file"):
        TcpListener(host=host, port=0).open()


def test_the_own_machine_needs_none() -> None:
    with TcpListener(host="127.0.0.1", port=0).open() as listening:
        assert listening.getsockname()[1]


def test_with_a_token_every_address_may_be_listened_on() -> None:
    with TcpListener(host="0.0.0.0", port=0, token="a long word").open() as listening:
        assert listening.getsockname()[0] == "0.0.0.0"


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(EngineClosed, match=f"127.0.0.1:{port}"):
            TcpListener(host="127.0.0.1", port=port).open()


def test_a_host_is_looked_at_where_nothing_else_tells_clients_from_pages(tmp_path: Path) -> None:
    assert TcpListener(host="127.0.0.1", port=0).checks_host is True
    assert TcpListener(host="127.0.0.1", port=0, token="a-long-word").checks_host is False
    assert SocketListener(path=tmp_path / "a").checks_host is False
    assert LoopbackListener(path=tmp_path / "b").checks_host is False
