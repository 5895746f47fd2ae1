"""Tiny packages, built where they are needed."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

BuildWheel = Callable[..., Path]
BuildTarball = Callable[..., Path]


@pytest.fixture
def code() -> Callable[[str], str]:
    """Give an ordinary module on a topic: its wording is its own, every filter takes it."""

    def module(topic: str) -> str:
        return "".join(
            f"def {topic}_{line}(left, right):\n    return left.{topic} + right[{line}] * {line}\n"
            for line in range(20)
        )

    return module


@pytest.fixture
def build_wheel(tmp_path: Path) -> BuildWheel:
    def build(name: str, files: dict[str, str], metadata: str = "License-Expression: MIT") -> Path:
        path = tmp_path / f"{name}-1.0-py3-none-any.whl"
        head = f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}\n"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{name}-1.0.dist-info/METADATA", head)
            for member, text in files.items():
                archive.writestr(member, text)
        return path

    return build


@pytest.fixture
def build_tarball(tmp_path: Path) -> BuildTarball:
    def build(name: str, files: dict[str, str], licence: object = "MIT") -> Path:
        path = tmp_path / f"{name}-1.0.tgz"
        manifest = {"name": name, "version": "1.0", "license": licence}
        with tarfile.open(path, "w:gz") as archive:
            for member, text in {"package.json": json.dumps(manifest), **files}.items():
                entry = tarfile.TarInfo(f"package/{member}")
                entry.size = len(text.encode())
                archive.addfile(entry, io.BytesIO(text.encode()))
        return path

    return build
