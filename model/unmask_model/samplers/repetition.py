"""What a text repeats: ids that followed the last ids of it before.

Drafts from the context itself, without a model (prompt lookup decoding; LLMA, arXiv 2304.04487).
"""

from collections.abc import Sequence

LONGEST = 8
"""Most ids in a row that are compared: a longer match says nothing more."""


def continuation(ids: Sequence[int], *, shortest: int, most: int) -> list[int]:
    """Return up to `most` ids that followed the end of `ids` earlier in `ids`.

    Of all places where its last `shortest` ids stand, the one where most ids before agree too
    counts, the latest of several; empty where there is none.
    """
    tail = tuple(ids[len(ids) - shortest :])
    best, longest = 0, 0
    for stop in range(len(ids) - 1, shortest - 1, -1):
        if tuple(ids[stop - shortest : stop]) == tail:
            agreed = _agreed(ids, stop)
            if agreed > longest:
                best, longest = stop, agreed
    return list(ids[best : best + most]) if longest else []


def _agreed(ids: Sequence[int], stop: int) -> int:
    """Count the ids before `stop` that are the last of `ids`, up to LONGEST."""
    count = 0
    while count < min(LONGEST, stop) and ids[stop - 1 - count] == ids[len(ids) - 1 - count]:
        count += 1
    return count
