"""Lines of an answer over HTTP, as JSON lines and server-sent events mean them: up to a newline.

httpx' own `aiter_lines` also ends a line at U+0085, U+2028 and U+2029, which JSON leaves as they
are inside a string.
"""

from collections.abc import AsyncGenerator

import httpx


async def lines(answer: httpx.Response) -> AsyncGenerator[str, None]:
    """Yield the lines of a streamed answer without their ends, as they come."""
    begun: list[str] = []
    async for text in answer.aiter_text():
        first, *others = text.split("\n")
        begun.append(first)
        for other in others:
            yield "".join(begun)
            begun = [other]
    if rest := "".join(begun):
        yield rest
