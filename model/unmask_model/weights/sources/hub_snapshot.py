"""What the model hub states of one commit of a repository: its files, their sizes and hashes.

Taken are tensors in safetensors, the tokenizer and the configuration, all from the top folder;
pickles and code are left where they are. The hub's library gives the address and reads the answer;
it is asked for with the same client as the files, for the same reasons (hub.py).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from huggingface_hub import ModelInfo, constants
from huggingface_hub.hf_api import RepoSibling

from unmask_model.protocol.errors import DownloadFailed, WeightsInvalid
from unmask_model.weights.sources.file_hash import sha256_of
from unmask_model.weights.sources.hub_download import HubFile, failure, http_client, require_online
from unmask_model.weights.sources.progress import Progress, silent

SUFFIX = ".safetensors"
TEXTS = frozenset(
    {
        "model.safetensors.index.json",
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "added_tokens.json",
        "vocab.json",
        "merges.txt",
    }
)
"""What is taken besides tensors."""
NEWEST = "main"
"""The branch of a publisher's newest commit."""
UNKNOWN = "not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotFile:
    """One file of a commit, as the hub states it."""

    name: str
    """Name in the top folder."""
    size: int
    """Bytes."""
    digest: str
    """`sha256:…` of a large file, `git:…` (SHA-1 of the blob) of one that git keeps itself."""

    def is_right(self, path: Path, progress: Progress = silent) -> bool:
        """Whether a file has these bytes; reads all of it."""
        if path.stat().st_size != self.size:
            return False
        kind, _, stated = self.digest.partition(":")
        return stated == (sha256_of(path, progress) if kind == "sha256" else _git_blob(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSnapshot:
    """What is taken of one commit of a repository."""

    endpoint: str
    """Address of the hub that states it."""
    repo: str
    """Publisher and repository."""
    commit: str
    """The commit, 40 hexadecimal digits."""
    licence: str
    """What the publisher's card names."""
    files: tuple[SnapshotFile, ...]
    """What is taken, by name."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def source(self, file: SnapshotFile) -> HubFile:
        """Return where one of its files is fetched."""
        return HubFile(repo=self.repo, file=file.name, revision=self.commit, endpoint=self.endpoint)


def look_up(repo: str, revision: str, endpoint: str | None = None) -> HubSnapshot:
    """Ask the hub for a commit; `revision` is its hash, a branch or a tag.

    `endpoint` is the address of the hub; None for the usual one (HF_ENDPOINT or huggingface.co).
    Raises DownloadFailed where the hub cannot be asked or has no such commit, WeightsInvalid where
    there are no safetensors, or what it states is not enough to check them.
    """
    require_online()
    endpoint = endpoint or constants.ENDPOINT
    url = f"{endpoint}/api/models/{repo}/revision/{quote(revision, safe='')}"
    try:
        with http_client() as client:
            answer = client.get(url, params={"blobs": "true"})
            if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND}:
                raise DownloadFailed(
                    f"{endpoint} has no public {repo} at {revision};"
                    f" `--revision {NEWEST}` takes the newest"
                )
            stated = ModelInfo(**answer.raise_for_status().json())
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
        raise failure(url, error) from error
    commit = str(stated.sha)
    if not _is_commit(commit) or (_is_commit(revision) and commit != revision):
        raise WeightsInvalid(f"{endpoint} gave commit {commit!r} for {repo}@{revision}")
    card: Any = stated.card_data or {}
    return HubSnapshot(
        endpoint=endpoint,
        repo=repo,
        commit=commit,
        licence=str(card.get("license_name") or card.get("license") or UNKNOWN),
        files=_files(stated),
    )


def _files(stated: ModelInfo) -> tuple[SnapshotFile, ...]:
    wanted = [file for file in stated.siblings or () if is_wanted(file.rfilename)]
    if not any(file.rfilename.endswith(SUFFIX) for file in wanted):
        raise WeightsInvalid(f"{stated.id} has no safetensors, and no pickle is read")
    return tuple(sorted(map(_file, wanted), key=lambda file: file.name))


def is_wanted(name: str) -> bool:
    """Whether a file of a repository is taken: one of the kinds above, with a plain name."""
    plain = name.isascii() and name.isprintable() and not {"/", "\\", ":"} & set(name)
    return plain and not name.startswith(".") and (name in TEXTS or name.endswith(SUFFIX))


def _file(stated: RepoSibling) -> SnapshotFile:
    digest = f"sha256:{stated.lfs.sha256}" if stated.lfs else f"git:{stated.blob_id}"
    if stated.size is None or not (stated.lfs or stated.blob_id):
        raise WeightsInvalid(f"the hub states no size or no hash of {stated.rfilename}")
    return SnapshotFile(name=stated.rfilename, size=stated.size, digest=digest)


def _is_commit(text: str) -> bool:
    return len(text) == 40 and set(text) <= set("0123456789abcdef")


def _git_blob(path: Path) -> str:
    """Hash a small file as git names its content."""
    content = path.read_bytes()
    head = b"blob %d\0" % len(content)
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()
