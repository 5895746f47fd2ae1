"""Tokens and keys: where they may come from, and where they never stand."""

from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from unmask_model.protocol.errors import RequestInvalid
from unmask_model.transport.address import Address
from unmask_model.transport.keys import find_key, from_keyring, read_token
from unmask_model.transport.listener import TcpListener
from unmask_model.transport.loopback_listener import LoopbackListener


class Drawer(KeyringBackend):
    """A keyring in memory."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError


@pytest.fixture(autouse=True)
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    drawer = Drawer()
    monkeypatch.setattr(keyring.core, "_keyring_backend", drawer)
    return drawer


def test_an_absent_token_file_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid) as error:
        read_token(tmp_path / "absent")
    assert str(error.value) == f"{tmp_path / 'absent'} cannot be read: No such file or directory"


def test_a_token_is_the_word_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("a-long-word\n")
    assert read_token(file) == "a-long-word"


@pytest.mark.parametrize("content", [b"", b" \n", b"two words", b"\xff\xfe", "schlüssel".encode()])
def test_a_file_without_a_word_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)
    with pytest.raises(RequestInvalid, match="token"):
        read_token(file)


HOME = "api.example.org"


def test_a_key_comes_from_a_file_then_the_environment_then_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawer: Drawer
) -> None:
    assert find_key("mercury", HOME, HOME) == ""
    drawer.set_password("unmask", "mercury", "ring")
    assert find_key("mercury", HOME, HOME) == from_keyring("mercury") == "ring"
    drawer.set_password("unmask", f"mercury@{HOME}", "exactly")
    assert find_key("mercury", HOME, HOME) == "exactly"
    monkeypatch.setenv("UNMASK_MERCURY_KEY", "environment")
    assert find_key("mercury", HOME, HOME) == "environment"
    (tmp_path / "key").write_text("file")
    monkeypatch.setenv("UNMASK_MERCURY_KEY_FILE", str(tmp_path / "key"))
    assert find_key("mercury", HOME, HOME) == "file"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "api.example.org.evil.example", "api.example.org:8443", "", "127.0.0.1"],
)
def test_a_key_is_given_for_no_host_but_its_own(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drawer: Drawer
) -> None:
    drawer.set_password("unmask", "mercury", "ring")
    drawer.set_password("unmask", f"mercury@{HOME}", "ring")
    monkeypatch.setenv("UNMASK_MERCURY_KEY", "environment")
    (tmp_path / "key").write_text("file")
    monkeypatch.setenv("UNMASK_MERCURY_KEY_FILE", str(tmp_path / "key"))
    assert find_key("mercury", host, HOME) == ""


def test_a_key_goes_where_its_owner_says(monkeypatch: pytest.MonkeyPatch, drawer: Drawer) -> None:
    drawer.set_password("unmask", "server@gpu.example:8080", "ring")
    assert find_key("server", "gpu.example:8080") == "ring"
    monkeypatch.setenv("UNMASK_SERVER_KEY", "environment")
    monkeypatch.setenv("UNMASK_SERVER_KEY_HOST", "GPU.example")
    assert find_key("server", "gpu.example") == "environment"
    assert find_key("server", "gpu.example:8080") == "ring"


def test_a_key_in_the_environment_without_a_host_is_sent_nowhere(
    monkeypatch: pytest.MonkeyPatch, drawer: Drawer
) -> None:
    drawer.set_password("unmask", "server", "what this machine's own engine wants")
    assert find_key("server", "gpu.example") == ""
    monkeypatch.setenv("UNMASK_SERVER_KEY", "environment")
    with pytest.raises(RequestInvalid, match=r"put gpu\.example into UNMASK_SERVER_KEY_HOST"):
        find_key("server", "gpu.example")


def test_a_token_is_never_part_of_what_is_printed_of_an_object(tmp_path: Path) -> None:
    secret = "a-long-word"
    things = (
        TcpListener(host="127.0.0.1", port=1, token=secret),
        LoopbackListener(path=tmp_path / "port", token=secret),
        Address(token=secret),
    )
    assert not any(secret in f"{thing!r} {thing}" for thing in things)
