"""Where an engine listens on a system without Unix sockets: a loopback port with a token.

Any user of the machine can knock on the port. Its number and the token stand in a file that only
its user can read, which takes the place of the socket's permissions.
"""

import os
import socket
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from unmask_model.protocol.errors import EngineBusy, EngineClosed, RequestInvalid, UnmaskError
from unmask_model.transport.address import Address
from unmask_model.transport.claim import claimed

HOST = "127.0.0.1"
KNOCK_S = 1.0
"""Seconds a loopback port has to accept."""
LARGEST_FILE = 1000
"""Most bytes of a file an engine could have written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopbackListener:
    """A free port of this machine, and a file that says which."""

    path: Path
    """The file; its folder is made private."""
    token: str = field(default_factory=lambda: token_urlsafe(32), repr=False)
    """What a client has to know: a new one for each engine."""

    checks_host: ClassVar[bool] = False
    is_private: ClassVar[bool] = True

    def open(self) -> socket.socket:
        """Listen; raise EngineBusy if another engine does, and take a dead one's place.

        Raises RequestInvalid where the file says something else than port and token.
        """
        with claimed(self.path):
            self._require_own()
            if self.address() is not None:
                raise EngineBusy(f"an engine listens as {self.path} says; use it, or end it")
            listening = socket.create_server((HOST, 0))
            try:
                self._write(listening.getsockname()[1])
            except OSError as error:
                listening.close()
                raise EngineClosed(f"cannot write {self.path}: {error.strerror}") from error
            return listening

    def close(self) -> None:
        """Remove the file; another engine may have taken its place by then."""
        with suppress(UnmaskError), claimed(self.path):
            if self._written() is not None and self.address() is None:
                self.path.unlink(missing_ok=True)

    def address(self) -> Address | None:
        """Return where the engine that wrote the file answers; None if nobody listens there."""
        written = self._written()
        if written is None:
            return None
        try:
            with socket.create_connection((HOST, written.port), KNOCK_S):
                return Address(url=f"http://{HOST}:{written.port}", token=written.token)
        except (OSError, OverflowError):
            return None

    def _require_own(self) -> None:
        if os.path.lexists(self.path) and self._written() is None:
            raise RequestInvalid(
                f"{self.path} exists and is no file of an engine; choose another path"
            )

    def _written(self) -> "_Written | None":
        """Return what an engine wrote; None where the file is absent, or anybody else's."""
        try:
            if self.path.is_symlink() or self.path.stat().st_size > LARGEST_FILE:
                return None
            return _WRITTEN.validate_json(self.path.read_bytes())
        except (OSError, ValidationError):
            return None

    def _write(self, port: int) -> None:
        opened, partial = tempfile.mkstemp(prefix=f"{self.path.name}.", dir=self.path.parent)
        try:
            with open(opened, "wb") as file:
                file.write(_WRITTEN.dump_json(_Written(port=port, token=self.token)))
            os.replace(partial, self.path)
        except OSError:
            os.unlink(partial)
            raise


@checked(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class _Written:
    """What an engine writes, and nothing beside: by that it knows its own files."""

    port: Annotated[int, Field(strict=True, ge=1, le=65535)]
    token: str


_WRITTEN = TypeAdapter(_Written)
