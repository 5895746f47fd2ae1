"""The publisher's file on the model hub.

The hub's own library is asked only for the file's address: its downloads retry an unreachable hub
for minutes, and send what libraries are installed. A plain GET that can be resumed does neither.
No token is sent. HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are honoured.
"""

from dataclasses import dataclass
from pathlib import Path

import httpx
from huggingface_hub import constants, hf_hub_url

from unmask_model.protocol.errors import DownloadFailed
from unmask_model.weights.sources.progress import Progress

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
"""Seconds without a byte after which the hub counts as gone; fewer for the first contact."""
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class HubFile:
    """One file of one repository of the model hub."""

    repo: str
    """Publisher and repository."""
    file: str
    """Path of the file in the repository."""
    revision: str | None = None
    """Commit, branch or tag; None for the newest."""
    endpoint: str | None = None
    """Address of the hub; None for the usual one (HF_ENDPOINT or huggingface.co)."""

    @property
    def url(self) -> str:
        """Address of the bytes."""
        return hf_hub_url(self.repo, self.file, revision=self.revision, endpoint=self.endpoint)

    @property
    def origin(self) -> str:
        """Where the bytes come from, for people."""
        return self.url

    @property
    def is_mirror(self) -> bool:
        """The publisher's own upload is no mirror."""
        return False

    def download(self, folder: Path, size: int, progress: Progress) -> Path:
        """Fetch the file, going on where an earlier try stopped. Raises DownloadFailed."""
        require_online()
        target = folder / Path(self.file).name
        target.touch()
        while (have := target.stat().st_size) < size:
            try:
                self._append(target, size, progress)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if target.stat().st_size <= have:
                    raise failure(self.url, error) from error
                continue  # it broke off, but it brought something: ask for the rest
            if target.stat().st_size <= have:
                raise failure(self.url, "the answer had no bytes")
        return target

    def _append(self, target: Path, size: int, progress: Progress) -> None:
        have = target.stat().st_size
        headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
        with (
            http_client() as client,
            client.stream("GET", self.url, headers=headers) as answer,
            target.open("ab") as file,
        ):
            answer.raise_for_status()
            if answer.status_code != httpx.codes.PARTIAL_CONTENT:
                have = file.truncate(0)  # it sends the whole file again
            for chunk in answer.iter_bytes(CHUNK):
                have += file.write(chunk)
                progress("downloading", have, size)


def http_client() -> httpx.Client:
    """Return a client with the proxy and the certificates that the environment names."""
    return httpx.Client(timeout=TIMEOUT, follow_redirects=True)


def require_online() -> None:
    """Raise DownloadFailed where the user has forbidden to ask the hub."""
    if constants.HF_HUB_OFFLINE:
        raise DownloadFailed("HF_HUB_OFFLINE is set, so the model hub is not asked")


def failure(url: str, reason: object) -> DownloadFailed:
    """Return the error to raise where `url` could not be read, with what may help."""
    text = str(reason).splitlines()[0] if str(reason) else repr(reason)
    return DownloadFailed(f"cannot download {url} ({text}){_remedy(text, reason)}")


def _remedy(text: str, reason: object) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return "; name the file of your organisation's certificates in SSL_CERT_FILE"
    unreachable = isinstance(reason, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError)
    return "; behind a proxy, set HTTPS_PROXY" if unreachable else ""
