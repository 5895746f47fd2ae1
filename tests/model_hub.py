"""A small server with the endpoints of the model hub that `unmask pull` asks, and a proxy to it.

The hub's own: `GET /api/models/REPO/revision/REVISION?blobs=true` states the files of a commit,
`GET /REPO/resolve/COMMIT/FILE` gives one, large files by way of another address.
"""

import hashlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import (
    BaseHTTPRequestHandler,
    SimpleHTTPRequestHandler,
    ThreadingHTTPServer,
)
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = ".safetensors"


@dataclass
class ModelHub:
    """One repository at one commit: what it gives, and what it was asked."""

    folder: Path
    """Its files."""
    repo: str = "someone/model"
    commit: str = COMMIT
    licence: str = "apache-2.0"
    break_after: int | None = None
    """Bytes after which an answer breaks off."""
    tampered: str = ""
    """Name of a file whose last byte is given wrong."""
    stated: dict[str, Any] = field(default_factory=dict)
    """Overrides of what it states of the commit."""
    extra_files: tuple[str, ...] = ()
    """Names that it states although nobody should ask for them."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Paths and ranges of all requests."""
    address: tuple[str, int] = ("", 0)

    @property
    def url(self) -> str:
        """Where it is asked without TLS."""
        return f"http://127.0.0.1:{self.address[1]}"

    def statement(self) -> dict[str, Any]:
        """Return what the hub says of the commit."""
        files = [self._sibling(path) for path in sorted(self.folder.iterdir()) if path.is_file()]
        unwanted = [{"rfilename": name, "size": 3, "blobId": "0" * 40} for name in self.extra_files]
        card = {"license": self.licence}
        said = {"id": self.repo, "sha": self.commit, "cardData": card}
        return {**said, "siblings": [*files, *unwanted], **self.stated}

    def _sibling(self, path: Path) -> dict[str, Any]:
        content = path.read_bytes()
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        said: dict[str, Any] = {"rfilename": path.name, "size": len(content), "blobId": blob}
        if path.suffix == LARGE:
            sha256 = hashlib.sha256(content).hexdigest()
            said["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 135}
        return said

    def content(self, name: str) -> bytes:
        """Return the bytes of a file as they are given."""
        content = (self.folder / name).read_bytes()
        return changed(content) if name == self.tampered else content

    @property
    def fetched(self) -> list[str]:
        """Names of the files that were asked for."""
        paths = (path for path, _ in self.asked if "/resolve/" in path)
        return [path.rpartition("/")[2] for path in paths]


def changed(content: bytes) -> bytes:
    """Return as many bytes, the last another."""
    return content[:-1] + bytes([content[-1] ^ 1])


class _Handler(BaseHTTPRequestHandler):
    hub: ModelHub

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.hub.asked.append((self.path, self.headers.get("Range")))
        revision, _, name = address.path.rpartition("/")
        known = {self.hub.commit, "main"}
        if address.path.startswith(f"/api/models/{self.hub.repo}/revision/"):
            is_known = unquote(name) in known and "blobs=true" in address.query
            body = json.dumps(self.hub.statement() if is_known else {"error": "not found"})
            self._send(200 if is_known else 404, body.encode())
        elif revision == f"/{self.hub.repo}/resolve/{self.hub.commit}" and name.endswith(LARGE):
            self.send_response(302)
            self.send_header("Location", f"/large/{name}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif revision in {f"/{self.hub.repo}/resolve/{self.hub.commit}", "/large"}:
            self._send_part(self.hub.content(name))
        else:
            self._send(404, b"")

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_part(self, content: bytes) -> None:
        start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        self.send_response(206)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        broken = self.hub.break_after is not None
        self.wfile.write(
            content[start : start + self.hub.break_after] if broken else content[start:]
        )

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(hub: ModelHub, tls: ssl.SSLContext | None = None) -> Iterator[ModelHub]:
    """Serve a hub on this machine until the block ends."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    with _listening(handler, tls) as hub.address:
        yield hub


@contextmanager
def serving_folder(folder: Path, tls: ssl.SSLContext) -> Iterator[tuple[str, int]]:
    """Serve files and lists of folders, as the plainest package index does."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with _listening(partial(Quiet, directory=str(folder)), tls) as address:
        yield address


@contextmanager
def _listening(handler: Any, tls: ssl.SSLContext | None) -> Iterator[tuple[str, int]]:
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    with _running(server):
        yield ("127.0.0.1", server.server_port)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that do not trust the certificate hang up: no fault of the server."""


@dataclass
class Proxy:
    """What a proxy was asked for: `CONNECT host:port`."""

    target: tuple[str, int]
    """Where it connects to, whatever host is named."""
    connected: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def proxying(target: tuple[str, int]) -> Iterator[Proxy]:
    """Run an HTTP proxy on this machine until the block ends."""
    proxy = Proxy(target=target)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            request = b""
            while b"\r\n\r\n" not in request:
                request += self.request.recv(4096)
            proxy.connected.append(request.split()[1].decode())
            with socket.create_connection(proxy.target) as upstream:
                self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=_copy, args=(upstream, self.request))
                back.start()
                _copy(self.request, upstream)
                back.join()

    server = ThreadingTCPServer(("127.0.0.1", 0), Handler)
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    with _running(server):
        yield proxy


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
