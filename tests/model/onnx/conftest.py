"""Tiny decoders, converted, beside the same models in torch."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny import tiny_model
from tiny_decoder import TinyDecoder, tiny_decoder


@pytest.fixture(scope="session", params=["qwen2", "llama", "mistral", "qwen3", "deepseek_coder"])
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TinyDecoder:
    """One of each shape, with an adapter."""
    folder = tmp_path_factory.mktemp(request.param)
    return tiny_decoder(tiny_model(folder, request.param), folder)


@pytest.fixture
def write_tiny(tmp_path: Path) -> Callable[[str, bool], TinyDecoder]:
    """Makes one of a shape, with or without an adapter."""

    def write(kind: str, adapter: bool) -> TinyDecoder:
        return tiny_decoder(tiny_model(tmp_path, kind), tmp_path, adapter=adapter)

    return write
