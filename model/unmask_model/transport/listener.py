"""Where an engine listens: a private Unix socket, or a TCP port.

An engine that others than this machine's user could reach needs a token; without one it does not
open.
"""

import errno
import os
import socket
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from unmask_model.protocol.errors import EngineBusy, EngineClosed, RequestInvalid, UnmaskError
from unmask_model.transport.address import Address, is_loopback
from unmask_model.transport.claim import claimed

LONGEST_PATH = 100
"""Most bytes of a socket's path; systems allow 103 to 107."""


class Listener(Protocol):
    """An address to be listened on: opened, closed, and left without a trace."""

    @property
    def token(self) -> str:
        """What a client has to know; empty if nothing."""
        ...

    @property
    def checks_host(self) -> bool:
        """Whether a request must name this machine: a web page could send one under another name.

        A page knows no token and opens no Unix socket, so that both do without.
        """
        ...

    @property
    def is_private(self) -> bool:
        """Whether nobody but this machine's user, with their own programs, comes in."""
        ...

    def open(self) -> socket.socket:
        """Listen; raise EngineBusy where another engine does already."""
        ...

    def close(self) -> None:
        """Remove what told clients of the listener, once it is closed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpListener:
    """A TCP port."""

    host: str
    """Address to listen on."""
    port: int
    """Port to listen on; 0 takes a free one."""
    token: str = field(default="", repr=False)
    """What a client has to know; may be empty on a loopback address only."""

    is_private: ClassVar[bool] = False

    @property
    def checks_host(self) -> bool:
        """Without a token nothing else tells a web page from a client."""
        return not self.token

    def open(self) -> socket.socket:
        """Listen; raise RequestInvalid where strangers could come in without a token."""
        if not self.token and not is_loopback(self.host):
            raise RequestInvalid(
                f"{self.host} can be reached from other machines; give --token-file, or listen on"
                " 127.0.0.1"
            )
        try:
            return socket.create_server((self.host, self.port), family=_family(self.host))
        except OSError as error:
            raise EngineClosed(
                f"cannot listen on {self.host}:{self.port}: {error.strerror}"
            ) from error

    def close(self) -> None:
        """Leave nothing behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketListener:
    """A Unix socket that only this user can open."""

    path: Path
    """Where it is; its folder is made private."""
    token: str = ""
    """Nobody else comes in, so that nobody is asked."""

    checks_host: ClassVar[bool] = False
    is_private: ClassVar[bool] = True

    def address(self) -> Address | None:
        """Return where the engine behind it answers; None if nobody listens."""
        return Address(socket=self.path) if is_listening(self.path) else None

    def open(self) -> socket.socket:
        """Listen; raise EngineBusy if another engine does, and take a dead one's place.

        Raises RequestInvalid where something else than a socket is at the path.
        """
        if len(os.fsencode(self.path)) > LONGEST_PATH:
            raise RequestInvalid(f"{self.path} is too long for a socket; choose a shorter path")
        with claimed(self.path):
            self._make_room()
            return self._listen()

    def close(self) -> None:
        """Remove the socket, once it is closed; another engine may have taken its place by then."""
        with suppress(UnmaskError), claimed(self.path):
            if _is_socket(self.path) and not is_listening(self.path):
                self.path.unlink(missing_ok=True)

    def _make_room(self) -> None:
        if not os.path.lexists(self.path):
            return
        if not _is_socket(self.path):
            raise RequestInvalid(f"{self.path} exists and is no socket; choose another path")
        if is_listening(self.path):
            raise EngineBusy(f"an engine listens on {self.path} already; use it, or end it")
        self.path.unlink()

    def _listen(self) -> socket.socket:
        listener = socket.socket(socket.AF_UNIX)
        allowed = os.umask(0o177)
        try:
            listener.bind(str(self.path))
        except OSError as error:
            listener.close()
            raise EngineClosed(f"cannot listen on {self.path}: {error.strerror}") from error
        finally:
            os.umask(allowed)
        listener.listen()
        return listener


def is_listening(path: Path) -> bool:
    """Return whether a process listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as knocking:
        try:
            knocking.connect(str(path))
        except OSError as error:
            return error.errno == errno.EAGAIN  # its queue is full: somebody is there
    return True


def _is_socket(path: Path) -> bool:
    """Return whether a path is itself a socket; a link to one belongs to somebody else."""
    try:
        return stat.S_ISSOCK(path.lstat().st_mode)
    except OSError:
        return False


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
