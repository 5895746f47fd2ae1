"""A server's life: it opens, and ends when there is no use for it."""

import signal
from pathlib import Path

import pytest

from unmask_model.protocol.errors import (
    EngineBusy,
    EngineClosed,
    ModelNotFound,
    RequestInvalid,
    WeightsInvalid,
)
from unmask_model.server.serve import serve
from unmask_model.transport.listener import SocketListener, TcpListener, is_listening


@pytest.fixture
def listener(tmp_path: Path) -> SocketListener:
    return SocketListener(path=tmp_path / "engine.sock")


def test_nobody_asks_so_it_ends_and_leaves_nothing_behind(listener: SocketListener) -> None:
    before = signal.getsignal(signal.SIGTERM)
    serve("scripted", listener, idle_s=0.01)
    assert not listener.path.exists()
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_model_that_is_not_there_ends_it_with_the_reason(listener: SocketListener) -> None:
    with pytest.raises(ModelNotFound, match="no model is called 'huge'"):
        serve("huge", listener)
    assert not listener.path.exists()


def test_a_script_that_is_none_ends_it_with_the_reason(
    listener: SocketListener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNMASK_SCRIPT", str(tmp_path / "absent.json"))
    with pytest.raises(WeightsInvalid, match="is not a script"):
        serve("scripted", listener)


def test_a_second_one_does_not_start_on_the_same_socket(listener: SocketListener) -> None:
    with listener.open():
        with pytest.raises(EngineBusy):
            serve("scripted", listener)
        assert is_listening(listener.path)


def test_strangers_are_not_served_without_a_token() -> None:
    with pytest.raises(RequestInvalid, match="token"):
        serve("scripted", TcpListener(host="0.0.0.0", port=0))


def test_nobody_is_told_of_an_engine_that_cannot_be_reached(tmp_path: Path) -> None:
    told: list[str] = []
    listener = SocketListener(path=tmp_path / "engine.sock")
    with listener.open(), pytest.raises(EngineBusy):
        serve("scripted", listener, on_open=lambda: told.append("open"))
    assert told == []
    serve("scripted", listener, idle_s=0.01, on_open=lambda: told.append("open"))
    assert told == ["open"]


def test_a_model_that_fails_in_a_way_nobody_thought_of_ends_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unmask_model.families.open_model.open_model", lambda *_, **__: 1 / 0)
    listener = SocketListener(path=tmp_path / "engine.sock")
    with pytest.raises(EngineClosed, match="ZeroDivisionError"):
        serve("scripted", listener)
    assert not listener.path.exists()
