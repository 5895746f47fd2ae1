"""The page that describes the server, and a fuzzer that believes it."""

import importlib.util
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from unmask_model.engine.engine import Engine
from unmask_model.engine.worker import Worker
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.server.openapi import openapi_page
from unmask_model.server.server import build

ROOT = Path(__file__).parents[3]
UNDESCRIBED = {"/openapi.json", "/v1/hold"}  # the page itself, and a connection that never ends


@pytest.fixture
async def http(script: Script) -> AsyncIterator[httpx.AsyncClient]:
    app = build(Worker(lambda progress: Engine(Scripted(script))), "scripted")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://engine") as http:
        yield http


async def test_every_path_is_described_and_every_description_leads_somewhere(
    http: httpx.AsyncClient, script: Script
) -> None:
    page = (await http.get("/openapi.json")).json()
    app = build(Worker(lambda progress: Engine(Scripted(script))), "scripted")
    paths = {route.path for route in app.routes}  # type: ignore[attr-defined]
    assert page["paths"].keys() == paths - UNDESCRIBED
    for path in ("/health", "/metrics", "/v1/models"):
        assert (await http.get(path)).status_code == 200


def test_every_reference_is_to_a_schema_that_is_there() -> None:
    page = openapi_page(guarded=True)
    text = json.dumps(page)
    wanted = {part.partition('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert wanted <= page["components"]["schemas"].keys()
    assert page["security"] == [{"bearer": []}]
    assert openapi_page(guarded=False)["security"] == []


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    roots = [str(ROOT / "lsp_server"), str(ROOT / "model"), os.environ.get("PYTHONPATH", "")]
    server = subprocess.Popen(
        [sys.executable, "-m", "unmask_lsp", "serve", "--model", "scripted", "--port", str(port)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    url = f"http://127.0.0.1:{port}"
    with httpx.Client(transport=httpx.HTTPTransport(retries=12), base_url=url) as http:
        assert http.get("/health", timeout=60).status_code == 200
    yield url
    server.terminate()
    server.wait(60)


@pytest.mark.fault(
    "any request the OpenAPI page allows, or forbids",
    "never a 5xx",
)
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(importlib.util.find_spec("schemathesis") is None, reason="needs schemathesis")
def test_no_request_that_the_page_allows_or_forbids_is_a_servers_fault(
    served: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{served}/openapi.json"]
    options = ["--checks", "not_a_server_error", "--max-examples", "60", "--seed", "1"]
    limits = ["--request-timeout", "60", "--exclude-path", "/v1/unload", "--no-color"]
    done = subprocess.run(
        [*command, *options, *limits],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=580,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    tested = len(openapi_page(guarded=False)["paths"]) - 1
    assert f"Tested: {tested}\n" in done.stdout, "nothing that is not asked can fail"
