"""A model hub on this machine with one small repository."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from model_hub import ModelHub, serving

FILES = {
    "config.json": b'{"model_type": "Dream"}',
    "tokenizer.json": b"{}",
    "model-00001-of-00002.safetensors": bytes(range(256)) * 2000,
    "model-00002-of-00002.safetensors": bytes(range(255, -1, -1)) * 1000,
    "model.safetensors.index.json": b'{"weight_map": {}}',
}
"""What is wanted of the repository."""
UNWANTED = {
    "pytorch_model.bin": b"a pickle",
    "modeling_dream.py": b"import os",
    "README.md": b"# A model",
    ".gitattributes": b"*.safetensors filter=lfs",
}


@pytest.fixture
def serve_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., AbstractContextManager[ModelHub]]:
    """Serve the repository; keywords are those of serving()."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "published"
    folder.mkdir()
    for name, content in (FILES | UNWANTED).items():
        (folder / name).write_bytes(content)
    return lambda **options: serving(ModelHub(folder=folder), **options)


@pytest.fixture
def model_hub(
    serve_hub: Callable[..., AbstractContextManager[ModelHub]],
) -> Iterator[ModelHub]:
    """The hub, without TLS."""
    with serve_hub() as hub:
        yield hub
