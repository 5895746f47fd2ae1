"""Writes messages in protobuf's wire format: what a graph's file is made of.

The package that defines ONNX's messages is larger than everything else a conversion needs; of the
format it takes numbers, floats, bytes and messages in messages
(https://protobuf.dev/programming-guides/encoding). The numbers of fields are those of onnx.proto.
"""

import struct
from collections.abc import Iterable

Field = int | float | str | bytes | Iterable[int] | Iterable[str] | Iterable[bytes]
VARINT, BYTES, FLOAT = 0, 2, 5


def message(fields: dict[int, Field | None]) -> bytes:
    """Return a message of fields by their numbers; a list is a field that is there repeatedly."""
    return b"".join(
        _one(number, value)
        for number, given in fields.items()
        if given is not None
        for value in ((given,) if isinstance(given, int | float | str | bytes) else given)
    )


def _one(number: int, value: int | float | str | bytes) -> bytes:
    if isinstance(value, int):
        return _varint(number << 3 | VARINT) + _varint(value)
    if isinstance(value, float):
        return _varint(number << 3 | FLOAT) + struct.pack("<f", value)
    held = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | BYTES) + _varint(len(held)) + held


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; a negative number as 64 bits."""
    rest, found = value & 0xFFFFFFFFFFFFFFFF, bytearray()
    while rest > 0x7F:
        found.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes(found + bytes([rest]))
