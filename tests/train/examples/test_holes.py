"""Holes cut out of source texts."""

import random
from itertools import pairwise

from unmask_model.tokens.healing import back_up
from unmask_train.examples.holes import Cutter

TEXT = '''import os


def listing(folder):
    """Names in a folder."""
    found = []
    for name in sorted(os.listdir(folder)):
        if not name.startswith("."):
            found.append(name)
    return found


class Shelf:
    def __init__(self, books):
        self.books = books
'''


def cuts(number: int = 300) -> list:
    cutter = Cutter(TEXT, random.Random(0))
    drawn = [cutter.draw(starts=4, left=120, right=60) for _ in range(number)]
    return [cut for cut in drawn if cut]


def test_a_cut_is_the_text_around_its_end() -> None:
    for cut in cuts():
        assert cut.text + cut.right in TEXT
        assert len(cut.text) <= 120
        assert len(cut.right) <= 60


def test_more_holes_end_inside_a_bracket_where_the_language_is_known() -> None:
    ends = {}
    for language in ("", "python"):
        cutter = Cutter("value = listing(folder)\n" * 20, random.Random(0), language)
        drawn = [cutter.draw(starts=4, left=120, right=60) for _ in range(600)]
        ends[language] = sum(cut.text.endswith("folder") for cut in drawn if cut)
    assert ends["python"] > 2 * ends[""]


def test_every_start_is_where_the_product_would_start_a_block() -> None:
    for cut in cuts():
        begin = TEXT.index(cut.text)
        assert cut.starts
        for start in cut.starts:
            assert 0 < start < len(cut.text)
            following = TEXT[begin + start : begin + start + 2]
            healed = {
                len(back_up(TEXT[: begin + start + more])[0]) for more in range(len(following) + 34)
            }
            assert begin + start in healed | {
                begin + start for _ in [0] if not back_up(TEXT[: begin + start])[1]
            }


def test_holes_end_before_and_behind_line_breaks_and_inside_lines() -> None:
    ends = {("\n" if cut.right[:1] == "\n" else "text", cut.text[-1:] == "\n") for cut in cuts()}
    assert {("\n", False), ("text", True), ("text", False)} <= ends


def test_the_right_side_is_sometimes_missing_and_sometimes_short() -> None:
    lengths = {len(cut.right) for cut in cuts()}
    assert 0 in lengths
    assert 60 in lengths
    assert any(0 < length < 60 for length in lengths)


def test_the_same_seed_draws_the_same_cuts() -> None:
    assert cuts(20) == cuts(20)


def test_starts_of_a_cut_are_in_order_and_differ() -> None:
    assert all(a < b for cut in cuts() for a, b in pairwise(cut.starts))
