from random import Random

import numpy as np
import pytest

from unmask_model.memory.segment import DEPTH, GAP, Ids, Segment


def texts(random: Random, count: int, kinds: int) -> list[tuple[str, Ids]]:
    """Random texts of few kinds of ids, so that long matches are common."""
    return [
        (f"{number}.py", np.array(random.choices(range(kinds), k=random.randint(1, 400)), np.int32))
        for number in range(count)
    ]


def places_of(segment: Segment, wanted: list[int]) -> list[int]:
    """The slow, obvious way."""
    ids = segment.ids.tolist()
    size = len(wanted)
    return [end for end in range(size - 1, len(ids)) if ids[end - size + 1 : end + 1] == wanted]


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("kinds", [1, 2, 5, 40])
def test_every_match_is_found_and_no_other(kinds: int, count: int) -> None:
    random = Random(kinds)
    segment = Segment.of(texts(random, count, kinds))
    for _ in range(60):
        last = random.choices(range(kinds), k=random.randint(1, 16))
        ranges = segment.ranges(last)
        for length, (low, high) in enumerate(ranges, start=1):
            assert sorted(segment.order[low:high].tolist()) == places_of(segment, last[-length:])
        longer = len(ranges) + 1
        assert longer > min(DEPTH, len(last)) or not places_of(segment, last[-longer:])


def test_texts_come_out_as_they_went_in_but_outdated_ones() -> None:
    put = texts(Random(0), 5, 9)
    segment = Segment.of(put)
    segment.alive[2] = False
    out = dict(segment.texts())
    assert list(out) == ["0.py", "1.py", "3.py", "4.py"]
    assert all(out[name].tolist() == ids.tolist() for name, ids in put if name in out)
    assert segment.living == sum(len(ids) + 1 for name, ids in put if name in out)


def test_a_token_takes_eight_bytes() -> None:
    segment = Segment.of([("a.py", np.arange(10_000, dtype=np.int32))])
    assert segment.bytes < 8.1 * segment.tokens


def test_no_match_reaches_over_the_end_of_a_text() -> None:
    segment = Segment.of([("a.py", np.array([1, 2], np.int32)), ("b.py", np.array([3], np.int32))])
    assert len(segment.ranges([2, 3])) == 1
    assert not segment.ranges([GAP])


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_text_shorter_than_what_is_looked_for_is_searched_too(size: int) -> None:
    segment = Segment.of([("a.py", np.arange(size, dtype=np.int32))])
    assert len(segment.ranges([*range(20, 40), *range(size)])) == size
