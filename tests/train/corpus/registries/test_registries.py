import io
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from unmask_train.corpus.archive import Archive, ArchiveInvalid
from unmask_train.corpus.registries import REGISTRIES, debian, debian_source, npm, pypi
from unmask_train.corpus.registries.dep5 import Copyright

Build = Callable[..., Path]

DEP_5 = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: The Authors
License: Expat or Apache-2.0

Files: parser/yacc.go
Copyright: Others
License: GPL-3+

License: Expat
 Permission is hereby granted
"""


def pack(path: Path, files: dict[str, str]) -> Path:
    with tarfile.open(path, f"w:{path.suffix[1:]}") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return path


def paths(archive: Archive) -> list[str]:
    return sorted(document.path for document in archive.documents())


def test_a_wheel_gives_its_python_files_and_says_what_it_is(build_wheel: Build) -> None:
    path = build_wheel("My_Package", {"my/a.py": "a = 1", "my/app.js": "1", "my/lib.so": "\0"})
    archive = pypi.open_archive(path)
    assert (archive.name, archive.version, archive.licence) == ("my-package", "1.0", "MIT")
    assert paths(archive) == ["my/a.py"]


def test_line_ends_and_byte_order_marks_are_made_plain(build_wheel: Build) -> None:
    path = build_wheel("mine", {"mine/a.py": "\ufeffa = 1\r\nb = 2\r"})
    [document] = pypi.open_archive(path).documents()
    assert document.text == "a = 1\nb = 2\n"
    assert document.language == "python"


def test_the_hash_is_that_of_the_whole_file(build_wheel: Build) -> None:
    path = build_wheel("mine", {})
    said = subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout
    assert pypi.open_archive(path).sha256() == said.split()[0]


@pytest.mark.parametrize("registry", ["pypi", "npm"])
def test_a_broken_download_is_told_from_an_archive(registry: str, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(b"PK\3\4 half of it")
    with pytest.raises(ArchiveInvalid, match="is not a readable"):
        REGISTRIES[registry].open_archive(path)


def test_a_download_that_broke_off_is_told_from_an_archive(build_tarball: Build) -> None:
    path = build_tarball("mine", {f"lib/{name}.js": name * 9999 for name in "abc"})
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(ArchiveInvalid, match="is not a readable tar"):
        list(npm.open_archive(path).documents())


def test_typescript_source_is_taken_and_what_is_compiled_from_it_is_not(
    build_tarball: Build,
) -> None:
    files = {"src/a.ts": "", "src/a.d.ts": "", "src/ui/b.tsx": "", "lib/a.js": "", "src/c.js": ""}
    archive = npm.open_archive(build_tarball("mine", files))
    assert paths(archive) == ["package/src/a.ts", "package/src/c.js", "package/src/ui/b.tsx"]


def test_a_package_without_typescript_gives_its_own_javascript(build_tarball: Build) -> None:
    files = {"lib/a.js": "", "index.mjs": "", "dist/a.js": "", "lib/a.min.js": "", "a.css": ""}
    archive = npm.open_archive(build_tarball("mine", files))
    assert paths(archive) == ["package/index.mjs", "package/lib/a.js"]


@pytest.mark.parametrize(
    ("stated", "licence"), [("ISC", "ISC"), ("SEE LICENSE IN x", ""), ({"type": "MIT"}, "")]
)
def test_the_licence_of_an_npm_package_is_its_spdx_field(
    stated: object, licence: str, build_tarball: Build
) -> None:
    assert npm.open_archive(build_tarball("mine", {}, stated)).licence == licence


@pytest.fixture
def build_deb(tmp_path: Path) -> Build:
    if not shutil.which("dpkg-deb"):
        pytest.skip("needs dpkg-deb")

    def build(files: dict[str, str]) -> Path:
        tree = tmp_path / "tree"
        control = (
            "Package: mine\nVersion: 1.0\nArchitecture: all\nMaintainer: me <me@example.org>\n"
        )
        for name, text in {"DEBIAN/control": control + "Description: x\n", **files}.items():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).write_text(text)
        subprocess.run(["dpkg-deb", "--build", tree, tmp_path / "m.deb"], check=True)
        return tmp_path / "m.deb"

    return build


def test_a_debian_package_gives_the_files_whose_stanza_is_permissive(build_deb: Build) -> None:
    root = "usr/share/gocode/src/example.org/mine"
    files = {
        f"{root}/main.go": "package main",
        f"{root}/parser/yacc.go": "package parser",
        f"{root}/README.md": "",
        "usr/share/doc/mine/copyright": DEP_5,
    }
    archive = debian.open_archive(build_deb(files))
    assert archive.licence == "MIT OR Apache-2.0"
    assert paths(archive) == [f"./{root}/main.go"]


def test_a_free_form_copyright_file_is_no_licence(build_deb: Build) -> None:
    archive = debian.open_archive(build_deb({"usr/share/doc/mine/copyright": "It is free."}))
    assert archive.licence == ""


@pytest.mark.parametrize("registry", REGISTRIES)
def test_a_stated_version_is_asked_for_exactly(registry: str) -> None:
    command = REGISTRIES[registry].command("mine", "1.2.3")
    assert command[-1] in ("mine==1.2.3", "mine@1.2.3", "mine=1.2.3")


def test_a_debian_source_package_is_upstream_s_tar_ball_under_debian_s_copyright_file(
    tmp_path: Path,
) -> None:
    pack(tmp_path / "mine_1.2.debian.tar.xz", {"debian/copyright": DEP_5})
    files = {"mine-1.2/src/Main.java": "", "mine-1.2/parser/yacc.go": "", "mine-1.2/README": ""}
    upstream = pack(tmp_path / "mine_1.2.orig.tar.gz", files)
    archive = debian_source.open_archive(upstream)
    assert (archive.name, archive.version) == ("mine", "1.2")
    assert archive.licence == "MIT OR Apache-2.0"
    assert [(one.path, one.language) for one in archive.documents()] == [
        ("mine-1.2/src/Main.java", "java")
    ]


def test_a_debian_source_package_without_debian_s_part_is_refused(tmp_path: Path) -> None:
    upstream = pack(tmp_path / "mine_1.2.orig.tar.gz", {"mine-1.2/a.c": ""})
    with pytest.raises(ArchiveInvalid, match=r"with its debian\.tar beside it"):
        debian_source.open_archive(upstream)


@pytest.mark.parametrize(
    ("stated", "licence"),
    [
        ("Expat", "MIT"),
        ("Apache-2 and Boost", "Apache-2.0 AND BSL-1.0"),
        ("public-domain", "Unlicense"),
        ("Expat with embedded exception", ""),
        ("GPL-2+", ""),
    ],
)
def test_debian_s_short_names_are_read_as_spdx(stated: str, licence: str) -> None:
    assert Copyright.parse(f"Files: *\nLicense: {stated}\n text\n").licence == licence
