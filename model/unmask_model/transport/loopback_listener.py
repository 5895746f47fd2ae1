"""Where an engine listens on a system without Unix sockets: a loopback port with a token.

Any user of the machine can knock on the port. Its number and the token stand in a file that only
its user can read, which takes the place of the socket's permissions.
"""

import json
import os
import socket
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe

from unmask_model.protocol.errors import EngineBusy, EngineClosed
from unmask_model.transport.address import Address

HOST = "127.0.0.1"
KNOCK_S = 1.0
"""Seconds a loopback port has to accept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopbackListener:
    """A free port of this machine, and a file that says which."""

    path: Path
    """The file; its folder is made private."""
    token: str = field(default_factory=lambda: token_urlsafe(32), repr=False)
    """What a client has to know: a new one for each engine."""

    def open(self) -> socket.socket:
        """Listen; raise EngineBusy if another engine does, and take a dead one's place."""
        if self.address() is not None:
            raise EngineBusy(f"an engine listens as {self.path} says; use it, or end it")
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        listening = socket.create_server((HOST, 0))
        try:
            self._write(listening.getsockname()[1])
        except OSError as error:
            listening.close()
            raise EngineClosed(f"cannot write {self.path}: {error.strerror}") from error
        return listening

    def close(self) -> None:
        """Remove the file; another engine may have taken its place by then."""
        if self.address() is None:
            self.path.unlink(missing_ok=True)

    def address(self) -> Address | None:
        """Return where the engine that wrote the file answers; None if nobody listens there."""
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
            with socket.create_connection((HOST, int(known["port"])), KNOCK_S):
                return Address(url=f"http://{HOST}:{known['port']}", token=str(known["token"]))
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _write(self, port: int) -> None:
        partial = self.path.with_suffix(f".{os.getpid()}")
        partial.unlink(missing_ok=True)
        opened = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(opened, "w", encoding="utf-8") as file:
            json.dump({"port": port, "token": self.token}, file)
        partial.replace(self.path)
