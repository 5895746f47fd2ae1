"""Lines of an answer that comes in pieces."""

from collections.abc import AsyncIterator

import httpx
import pytest

from unmask_model.client.lines import lines

TEXT = '{"a": "b\u2028c\x85d"}\n\n{"ü": 1}\r\nlast'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_only_a_newline_ends_a_line_however_its_bytes_come(size: int) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        body = TEXT.encode()
        for start in range(0, len(body), size):
            yield body[start : start + size]

    answer = httpx.Response(200, content=pieces())
    assert [line async for line in lines(answer)] == TEXT.split("\n")
