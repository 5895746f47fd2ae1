"""What a web page may send to a port of this machine, and does not get through with."""

from collections.abc import AsyncIterator

import httpx
import pytest

from unmask_model.engine.engine import Engine
from unmask_model.engine.worker import Worker
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.server.server import build

POSTS = ("/v1/infill", "/v1/completions", "/v1/fim/completions", "/infill", "/v1/unload")
GETS = ("/health", "/metrics", "/openapi.json", "/v1/models", "/v1/hold")


@pytest.fixture
def worker(script: Script) -> Worker:
    return Worker(lambda progress: Engine(Scripted(script), model="scripted"))


@pytest.fixture
async def http(worker: Worker) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an engine on a loopback port without a token; the engine is never started."""
    transport = httpx.ASGITransport(build(worker, "scripted", checks_host=True))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as http:
        yield http


@pytest.mark.parametrize("path", [*POSTS, *GETS])
@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example:8080"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "localhost.evil.example"},
        {"host": "127.0.0.1@evil.example"},
        {"host": "192.168.1.7:8080"},
        {"host": ""},
        {"host": "["},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_web_page_is_turned_away_whatever_it_asks(
    http: httpx.AsyncClient, path: str, headers: dict[str, str]
) -> None:
    answer = await http.request("GET" if path in GETS else "POST", path, headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")


async def test_two_hosts_are_judged_by_the_worse(http: httpx.AsyncClient) -> None:
    hosts = [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert (await http.get("/health", headers=hosts)).status_code == 403


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080"])
async def test_a_client_of_this_machine_comes_in(http: httpx.AsyncClient, host: str) -> None:
    headers = {"host": host, "sec-fetch-site": "none"}
    assert (await http.get("/health", headers=headers)).status_code == 200


@pytest.mark.parametrize("path", POSTS[:-1])
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_what_a_page_may_send_without_being_asked_is_not_read(
    http: httpx.AsyncClient, path: str, kind: str
) -> None:
    answer = await http.post(path, content=b'{"prompt": "a"}', headers={"content-type": kind})
    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "unsupported_media_type"


async def test_json_may_say_its_charset(http: httpx.AsyncClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    answer = await http.post("/v1/completions", content=b"{", headers=headers)
    assert answer.status_code == 400, "it was read, and is not whole"


async def test_with_a_token_any_name_will_do_but_no_page(worker: Worker) -> None:
    """A team's engine has a name in their network; a page knows no token."""
    transport = httpx.ASGITransport(build(worker, "scripted", "word"))
    token = {"authorization": "Bearer word"}
    async with httpx.AsyncClient(transport=transport, base_url="http://gpu.example") as http:
        assert (await http.get("/health", headers=token)).status_code == 200
        page = token | {"origin": "https://evil.example"}
        assert (await http.get("/health", headers=page)).status_code == 403
