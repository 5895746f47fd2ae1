"""A file on disk as text and back: what is not replaced keeps its bytes.

Knows byte order marks, encodings and line ends; a file whose bytes could not be given back exactly
is not opened.
"""

import codecs
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tokenize import detect_encoding

from unmask_model.protocol.errors import RequestInvalid

_BOMS = {  # the longer ones first: UTF-32's begins with UTF-16's
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that was read."""

    path: Path
    text: str
    """Its text, without a byte order mark, with its own line ends."""
    bom: bytes
    """Its byte order mark; may be empty."""
    encoding: str
    """Name of its encoding."""

    @classmethod
    def open(cls, path: Path) -> "SourceFile":
        """Read a file; raise RequestInvalid where it is no text that can be given back exactly."""
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise RequestInvalid(f"{path} cannot be read: {error.strerror}") from error
        bom = next((mark for mark in _BOMS if raw.startswith(mark)), b"")
        encoding = _BOMS[bom] if bom else _declared(raw)
        try:
            text = raw[len(bom) :].decode(encoding, _errors(encoding))
            file = cls(path=path, text=text, bom=bom, encoding=encoding)
            if file.encoded(text) == raw:
                if "\0" in text:
                    raise RequestInvalid(f"{path} holds NUL characters, as no text does")
                return file
        except (UnicodeError, LookupError):
            pass
        raise RequestInvalid(f"{path} is not text in {encoding}; save it as UTF-8")

    def encoded(self, text: str) -> bytes:
        """Return the bytes of the file if its text were `text`."""
        try:
            return self.bom + text.encode(self.encoding, _errors(self.encoding))
        except UnicodeEncodeError as error:
            raise RequestInvalid(
                f"{self.encoding} has no {error.object[error.start]!r}; save {self.path} as UTF-8"
            ) from error

    def offset(self, line: int, column: int) -> int:
        """Return where a position is in `text`; lines and columns count from 1."""
        start, end = self.line(line)
        if not 1 <= column <= end - start + 1:
            raise RequestInvalid(
                f"line {line} of {self.path} has {end - start} characters; there is no column"
                f" {column}"
            )
        return start + column - 1

    def line(self, number: int) -> tuple[int, int]:
        """Return where a line, counted from 1, starts and ends in `text`, without its line end."""
        ends = [(match.start(), match.end()) for match in _LINE_END.finditer(self.text)]
        if not 1 <= number <= len(ends) + 1:
            raise RequestInvalid(
                f"{self.path} has {len(ends) + 1} lines; there is no line {number}"
            )
        start = ends[number - 2][1] if number > 1 else 0
        return start, ends[number - 1][0] if number <= len(ends) else len(self.text)

    def write(self, text: str) -> None:
        """Put `text` in the place of the file's text, all at once."""
        raw, path = self.encoded(text), self.path.resolve()
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as new:
                new.write(raw)
            shutil.copymode(path, new.name)
            os.replace(new.name, path)
        except OSError as error:
            raise RequestInvalid(f"{self.path} cannot be written: {error.strerror}") from error


def _declared(raw: bytes) -> str:
    """The encoding that the first two lines declare (PEP 263), else UTF-8."""
    try:
        return detect_encoding(BytesIO(raw).readline)[0]
    except SyntaxError:
        return "utf-8"


def _errors(encoding: str) -> str:
    """Bytes that are not UTF-8 are carried through; other encodings have to be right."""
    return "surrogateescape" if encoding == "utf-8" else "strict"
