"""The publisher's file over HTTP, from a small server on this machine."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from unmask_model.protocol.errors import DownloadFailed
from unmask_model.weights.sources.hub_download import HubFile
from unmask_model.weights.sources.progress import silent

BYTES = bytes(range(256)) * 2000


@dataclass
class Hub:
    """What the server does, and what it was asked."""

    url: str = ""
    ranges: bool = True
    break_after: int | None = None
    status: int = 200
    asked: list[str | None] = field(default_factory=list)

    @property
    def file(self) -> HubFile:
        return HubFile(repo="someone/model", file="model.gguf", endpoint=self.url)


@pytest.fixture
def hub(monkeypatch) -> Iterator[Hub]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    hub = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            hub.asked.append(asked)
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if hub.ranges else 0
            status = hub.status if hub.status != 200 else 206 if hub.ranges else 200
            self.send_response(status)
            self.send_header("Content-Length", str(len(BYTES) - start))
            self.end_headers()
            end = len(BYTES) if hub.break_after is None else start + hub.break_after
            self.wfile.write(BYTES[start:end])

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_port}"
    yield hub
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_file_arrives_whole(hub, tmp_path):
    seen: list[int] = []
    path = hub.file.download(tmp_path, len(BYTES), lambda _, done, __: seen.append(done))
    assert path.read_bytes() == BYTES
    assert seen[-1] == len(BYTES)


def test_a_half_downloaded_file_is_resumed(hub, tmp_path):
    (tmp_path / "model.gguf").write_bytes(BYTES[:1000])
    assert hub.file.download(tmp_path, len(BYTES), silent).read_bytes() == BYTES
    assert hub.asked == ["bytes=1000-"]


def test_a_broken_line_is_taken_up_again_as_long_as_it_brings_bytes(hub, tmp_path):
    hub.break_after = 200_000
    assert hub.file.download(tmp_path, len(BYTES), silent).read_bytes() == BYTES
    assert len(hub.asked) > 2


def test_a_line_that_brings_nothing_is_given_up_and_what_came_is_kept(hub, tmp_path):
    (tmp_path / "model.gguf").write_bytes(BYTES[:1000])
    hub.break_after = 0
    with pytest.raises(DownloadFailed, match="cannot download"):
        hub.file.download(tmp_path, len(BYTES), silent)
    assert (tmp_path / "model.gguf").read_bytes() == BYTES[:1000]


def test_a_server_without_ranges_starts_over(hub, tmp_path):
    hub.ranges = False
    (tmp_path / "model.gguf").write_bytes(b"other bytes")
    assert hub.file.download(tmp_path, len(BYTES), silent).read_bytes() == BYTES


@pytest.mark.parametrize("status", [401, 404, 503])
def test_a_refusal_is_one_line_with_the_address(status, hub, tmp_path):
    hub.status = status
    with pytest.raises(DownloadFailed, match=f"someone/model.*{status}") as caught:
        hub.file.download(tmp_path, len(BYTES), silent)
    assert "\n" not in str(caught.value)
    assert len(hub.asked) == 1


def test_an_unreachable_hub_fails_at_once(tmp_path):
    nobody = HubFile(repo="someone/model", file="model.gguf", endpoint="http://127.0.0.1:9")
    with pytest.raises(DownloadFailed, match="cannot download http://127"):
        nobody.download(tmp_path, len(BYTES), silent)


def test_an_offline_machine_asks_nobody(hub, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DownloadFailed, match="HF_HUB_OFFLINE"):
        hub.file.download(tmp_path, len(BYTES), silent)
    assert hub.asked == []
