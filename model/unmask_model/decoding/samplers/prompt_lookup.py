"""What a text repeats: the id that followed its last ids before.

A draft from the context itself, without a model (prompt lookup decoding; LLMA, arXiv 2304.04487).
"""

from collections.abc import Iterator, Sequence

from unmask_model.decoding.samplers.draft_token import DraftToken

LONGEST = 16
"""Most ids in a row that are compared: a longer match says nothing more."""


def repetition(ids: Sequence[int], shortest: int) -> DraftToken | None:
    """Return the id that followed the longest end of `ids` that stood in it before.

    Of several, the latest; None where not even the last `shortest` ids did. An end of m ids is
    gone on with in m of m + 2 times: so it was counted on code (docs/log.md).
    """
    stops = list(_stops(ids))
    agreed = [_agreed(ids, stop) for stop in stops]
    longest = max(agreed, default=0)
    if longest < shortest:
        return None
    return DraftToken(id=ids[stops[agreed.index(longest)]], chance=longest / (longest + 2))


def _stops(ids: Sequence[int]) -> Iterator[int]:
    """Yield where the last id has stood before, each the index behind it, the latest first."""
    for stop in range(len(ids) - 1, 0, -1):
        if ids[stop - 1] == ids[-1]:
            yield stop


def _agreed(ids: Sequence[int], stop: int) -> int:
    """Count the ids before `stop` that are the last of `ids`, up to LONGEST."""
    count = 0
    while count < min(LONGEST, stop) and ids[stop - 1 - count] == ids[len(ids) - 1 - count]:
        count += 1
    return count
