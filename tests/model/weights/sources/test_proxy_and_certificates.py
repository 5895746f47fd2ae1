"""Downloads go through the proxy and trust the certificates that the environment names."""

import os
import ssl
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from model_hub import COMMIT, ModelHub, Proxy, proxying, serving_folder

from unmask_model.protocol.errors import DownloadFailed
from unmask_model.weights.sources.cache import Cache
from unmask_model.weights.sources.fetch_snapshot import fetch_snapshot
from unmask_model.weights.sources.hub_snapshot import look_up
from unmask_model.weights.sources.pip_download import pip_download

HOST = "hub.test"
"""No name server knows it: only a proxy can reach it."""


@pytest.fixture
def authority(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """An organisation's own certificates: the file that clients must trust, and a server's side."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert(HOST).configure_cert(context)
    return tmp_path / "authority.pem", context


@dataclass
class Behind:
    """A hub that only the proxy reaches, and only clients that trust the authority accept."""

    proxy: Proxy
    hub: ModelHub
    certificates: Path


@pytest.fixture
def behind(
    authority: tuple[Path, ssl.SSLContext],
    serve_hub: Callable[..., AbstractContextManager[ModelHub]],
) -> Iterator[Behind]:
    certificates, context = authority
    with serve_hub(tls=context) as hub, proxying(hub.address) as proxy:
        yield Behind(proxy, hub, certificates)


def test_the_hub_is_asked_through_the_proxy(
    behind: Behind, cache: Cache, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTPS_PROXY", behind.proxy.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(behind.certificates))
    folder = fetch_snapshot("tiny", look_up("someone/model", COMMIT, f"https://{HOST}"), cache)
    assert (folder / "config.json").is_file()
    assert set(behind.proxy.connected) == {f"{HOST}:443"}


def test_without_the_proxy_the_message_names_the_variable(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(behind.certificates))
    with pytest.raises(DownloadFailed, match="set HTTPS_PROXY"):
        look_up("someone/model", COMMIT, f"https://{HOST}")


@pytest.mark.fault(
    "a proxy signs with certificates that are not known",
    "one line that names `SSL_CERT_FILE`; nothing is asked",
)
def test_unknown_certificates_are_refused_and_the_message_names_the_variable(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HTTPS_PROXY", behind.proxy.url)
    with pytest.raises(DownloadFailed, match="certificates in SSL_CERT_FILE"):
        look_up("someone/model", COMMIT, f"https://{HOST}")
    assert behind.hub.asked == []


@pytest.fixture
def index(
    authority: tuple[Path, ssl.SSLContext], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Proxy]:
    """A package index with one wheel that only the proxy reaches."""
    tiny_wheel(tmp_path / "index" / "some-part1")
    for name in ("PIP_CERT", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"https://{HOST}/")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with serving_folder(tmp_path / "index", authority[1]) as address, proxying(address) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        yield proxy


def test_the_package_index_is_asked_in_the_same_way(
    index: Proxy,
    authority: tuple[Path, ssl.SSLContext],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority[0]))
    got = pip_download("some-part1==1.0", tmp_path, lambda _: None)
    assert zipfile.ZipFile(got).read("some_part1/data/part01.bin") == b"bytes"
    assert set(index.connected) == {f"{HOST}:443"}


def test_an_index_with_unknown_certificates_is_refused_with_that_reason(
    index: Proxy, tmp_path: Path
):
    with pytest.raises(DownloadFailed, match="CERTIFICATE_VERIFY_FAILED"):
        pip_download("some-part1==1.0", tmp_path, lambda _: None)


def tiny_wheel(folder: Path) -> None:
    """Write a wheel as an index serves it: a folder of files, listed by the server."""
    folder.mkdir(parents=True)
    wheel = folder / "some_part1-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("some_part1/data/part01.bin", b"bytes")
        archive.writestr(
            "some_part1-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: some-part1\nVersion: 1.0\n",
        )
        archive.writestr("some_part1-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n")
