"""Where an engine is, and whether what is sent there can be read on its way."""

import pytest

from unmask_model.protocol.errors import RequestInvalid
from unmask_model.transport.address import Address, host_of, is_loopback


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Gpu.Example.org/v1", "gpu.example.org"),
        ("https://gpu.example.org:443", "gpu.example.org"),
        ("https://gpu.example.org:8443/", "gpu.example.org:8443"),
        ("https://user:word@gpu.example.org", "gpu.example.org"),
        ("https://gpu.example.org@evil.example", "evil.example"),
        ("http://127.0.0.1:8012/v1", "127.0.0.1:8012"),
        ("http://localhost", "localhost"),
        ("http://[::1]:80", "[::1]"),
    ],
)
def test_the_host_of_a_url_is_whom_it_really_reaches(url: str, host: str) -> None:
    assert host_of(url) == Address(url=url).host == host


@pytest.mark.parametrize(
    "url",
    [
        "http://gpu.example.org",
        "http://10.0.0.7:8080",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "http://0.0.0.0:8080",
        "HTTP://gpu.example.org",
    ],
)
def test_plain_http_is_for_this_machine_alone(url: str) -> None:
    with pytest.raises(RequestInvalid, match="in the clear"):
        host_of(url)


@pytest.mark.parametrize("url", ["", "gpu", "ftp://gpu.example", "https://", "file:///x"])
def test_what_is_no_url_is_named_as_such(url: str) -> None:
    with pytest.raises(RequestInvalid, match="is no URL"):
        host_of(url)


def test_text_that_stays_here_is_sent_nowhere() -> None:
    assert Address(url="http://127.0.0.1:1").sends_to == ""
    assert Address(url="https://gpu.example:1").sends_to == "gpu.example"
    assert not is_loopback("127.0.0.1.evil.example")
