"""Files come back as they were, but for what was replaced."""

import codecs
import os
import stat
from pathlib import Path

import pytest

from unmask_lsp.text.source_file import SourceFile
from unmask_model.protocol.errors import RequestInvalid

RAW = {
    "unix": b"a = 1\nb = 2\n",
    "windows": b"a = 1\r\nb = 2\r\n",
    "mixed": b"a = 1\r\nb = 2\nc = 3\r",
    "no last line end": b"a = 1\nb = 2",
    "empty": b"",
    "byte order mark": codecs.BOM_UTF8 + "ä = 1\n".encode(),
    "utf-16": codecs.BOM_UTF16_LE + "ä = '🌍'\n".encode("utf-16-le"),
    "utf-16, the other way": codecs.BOM_UTF16_BE + "ä = 1\n".encode("utf-16-be"),
    "utf-32": codecs.BOM_UTF32_LE + "ä = 1\n".encode("utf-32-le"),
    "declared": "# coding: latin-1\nä = 1\n".encode("latin-1"),
    "not utf-8": b"a = 1\nb = '\xff\xfe'\n",
    "form feed and separators": "a\f = 1\n\u2028b\x0b\n".encode(),
}


@pytest.fixture(params=RAW)
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(RAW[request.param])
    return path


def test_a_file_whose_text_is_not_changed_is_not_changed(file: Path) -> None:
    before = file.read_bytes()
    source = SourceFile.open(file)
    source.write(source.text)
    assert file.read_bytes() == before


def test_bytes_outside_of_what_is_replaced_stay(file: Path) -> None:
    before = file.read_bytes()
    source = SourceFile.open(file)
    for at in range(len(source.text) + 1):
        after = source.encoded(source.text[:at] + "xyz" + source.text[at:])
        assert after.startswith(source.encoded(source.text[:at]))
        assert len(after) == len(before) + len(source.encoded("xyz")) - len(source.bom)


def test_lines_and_columns_count_from_one(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"ab\r\ncd\r\n")
    source = SourceFile.open(path)
    assert source.offset(1, 1) == 0
    assert source.offset(2, 3) == 6
    assert source.offset(3, 1) == 8
    assert source.line(2) == (4, 6)


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [(0, 1, "no line 0"), (9, 1, "has 3 lines"), (1, 0, "no column 0"), (1, 4, "has 2 characters")],
)
def test_a_place_that_is_not_there_is_said(
    tmp_path: Path, line: int, column: int, reason: str
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"ab\r\ncd\r\n")
    with pytest.raises(RequestInvalid, match=reason):
        SourceFile.open(path).offset(line, column)


def test_a_form_feed_does_not_end_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("a\fb\u2028c\nd".encode())
    assert SourceFile.open(path).line(2) == (6, 7)


@pytest.mark.parametrize(
    "raw", [b"# coding: utf-7\n+AAA", codecs.BOM_UTF16_LE + b"a", b"# coding: ascii\n\xff"]
)
def test_what_could_not_be_given_back_exactly_is_not_opened(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(raw)
    with pytest.raises(RequestInvalid, match="save it as UTF-8"):
        SourceFile.open(path)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="cannot be read"):
        SourceFile.open(tmp_path / "absent.py")


def test_a_character_the_encoding_has_not_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(RAW["declared"])
    with pytest.raises(RequestInvalid, match="has no '🌍'"):
        SourceFile.open(path).write("🌍")
    assert path.read_bytes() == RAW["declared"]


def test_writing_keeps_the_mode_and_follows_links(tmp_path: Path) -> None:
    path, link = tmp_path / "a.py", tmp_path / "link.py"
    path.write_bytes(b"a")
    path.chmod(0o755)
    link.symlink_to(path)
    SourceFile.open(link).write("b")
    assert link.is_symlink()
    assert path.read_bytes() == b"b"
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert sorted(os.listdir(tmp_path)) == ["a.py", "link.py"]
