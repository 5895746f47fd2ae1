"""`unmask serve` as a process: what of it others can see."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

TOKEN = "a-token-that-nobody-may-read"
SECRET = "secret_text_of_a_request"


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def serve(backend: object, *options: str) -> list[str]:
    return [sys.executable, "-m", "unmask_lsp", "serve", "--model", "scripted", *options]


@pytest.fixture
def url(backend: object, port: int, tmp_path: Path) -> Iterator[str]:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    options = ["--port", str(port), "--token-file", str(tmp_path / "token"), "--json-logs"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            serve(backend, *options),
            env=dict(os.environ),
            stderr=log,
            stdout=log,
        )
    (tmp_path / "pid").write_text(str(server.pid))
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(60)


def test_neither_token_nor_text_is_in_process_lists_or_logs(url: str, tmp_path: Path) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "x-request-id": "first"}
    body = {"left": SECRET, "right": "\n"}
    with httpx.Client(transport=httpx.HTTPTransport(retries=12), base_url=url, timeout=60) as http:
        assert http.post("/v1/infill", json=body, headers=headers).status_code == 200
        assert http.post("/v1/infill", json=body).status_code == 401
        assert http.post(f"/v1/{SECRET}", json=body, headers=headers).status_code == 404
        json = headers | {"content-type": "application/json"}
        bad = http.post("/v1/completions", content=SECRET, headers=json)
        assert bad.status_code == 400
        assert SECRET not in bad.text
    log = (tmp_path / "log").read_text()
    assert '"id": "first"' in log
    assert TOKEN not in log
    assert log.count(SECRET) == 1, "only where it was the path"
    command = Path("/proc", (tmp_path / "pid").read_text(), "cmdline")
    if command.exists():
        assert TOKEN not in command.read_text()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_nobody_serves_strangers_without_a_token(backend: object, port: int, host: str) -> None:
    done = subprocess.run(
        serve(backend, "--host", host, "--port", str(port)),
        env=dict(os.environ),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "--token-file" in done.stderr.splitlines()[-1]


@pytest.mark.fault(
    "the port is taken",
    "one line with the address, exit status 1",
)
def test_a_port_that_is_taken_is_one_line(backend: object) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            serve(backend, "--port", str(taken.getsockname()[1])),
            env=dict(os.environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert "cannot listen" in done.stderr.splitlines()[-1]
