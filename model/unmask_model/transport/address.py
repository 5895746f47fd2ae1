"""The address of an engine, and the headers that requests to it carry."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from unmask_model.protocol.errors import RequestInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A Unix socket, or a URL, of an engine."""

    url: str = "http://engine"
    """Where it is; for a socket only a name."""
    socket: Path | None = None
    """The socket it listens on; None where the URL says where it is."""
    token: str = field(default="", repr=False)
    """What it wants to know of its clients; empty if nothing."""

    def __str__(self) -> str:
        return str(self.socket or self.url)

    @property
    def host(self) -> str:
        """Host of the URL, with its port unless that is the scheme's own: what a key belongs to."""
        return httpx.URL(self.url).netloc.decode("ascii")

    @property
    def sends_to(self) -> str:
        """Host that text goes to; empty if it stays on this machine."""
        host = httpx.URL(self.url).host
        return "" if self.socket or is_loopback(host) else host

    @property
    def headers(self) -> dict[str, str]:
        """What every request carries."""
        return {"authorization": f"Bearer {self.token}"} if self.token else {}


def host_of(url: str) -> str:
    """Return the host of a URL, with its port unless that is the scheme's own.

    Raises RequestInvalid where others could read what is sent: plain HTTP to another machine.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise RequestInvalid(f"{url!r} is no URL: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise RequestInvalid(f"{url!r} is no URL; it begins with https:// or http://")
    if parsed.scheme == "http" and not is_loopback(parsed.host):
        raise RequestInvalid(
            f"{url} would carry code and key in the clear; use https://, or a tunnel to a port of"
            " this machine"
        )
    return parsed.netloc.decode("ascii")


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
