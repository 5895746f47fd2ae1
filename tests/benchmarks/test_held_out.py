"""Holes in held-out files, and what would be shown in them."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from engines import engine_of
from held_out import Seen, by_language, curve, see
from holes import Hole, draw_holes

from unmask_model.families.open_model import open_model
from unmask_train.corpus.corpus import Document

PYTHON = "".join(
    f"def add_{k}(x, y):\n    total = x + {k} * y\n    return total\n\n" for k in range(9)
)
LUA = PYTHON.replace("def", "function")
DOCUMENTS = [
    Document(package="p", path="a.py", language="python", text=PYTHON),
    Document(package="q", path="b.lua", language="lua", text=LUA),
    Document(package="q", path="short.lua", language="lua", text="x = 1\n"),
]


def seen(score: float, *, exact: bool, shown: bool = True, language: str = "python") -> Seen:
    return Seen(
        language=language,
        package="p",
        kind="line",
        shown=shown,
        score=score,
        exact=exact,
        exact_shown=exact,
        similarity=1.0 if exact else 0.0,
    )


def test_every_language_gets_its_holes_and_the_same_ones_each_time() -> None:
    holes = draw_holes(DOCUMENTS, 6, seed=1)
    assert [hole.document.language for hole in holes] == ["lua"] * 6 + ["python"] * 6
    assert holes == draw_holes(DOCUMENTS, 6, seed=1)
    assert {hole.kind for hole in holes} == {"rest of line", "line", "lines"}


def test_a_hole_is_taken_out_of_its_file_and_nothing_else() -> None:
    for hole in draw_holes(DOCUMENTS, 20, seed=2):
        whole = hole.document.text
        assert hole.text[: hole.start] + hole.author + hole.text[hole.start :] == whole
        assert hole.author.strip()
        assert whole[hole.end : hole.end + 1] in ("\n", "")


@pytest.mark.parametrize("right", [True, False])
def test_a_hole_is_seen_as_the_product_fills_it(
    write_script: Callable[..., None], right: bool
) -> None:
    start = PYTHON.index("total = x")
    hole = Hole(document=DOCUMENTS[0], kind="line", start=start, end=PYTHON.index("\n", start))
    write_script({}, default="total = x + 0 * y" if right else "print(x)")
    found = see(engine_of(open_model("scripted")), hole)
    assert found.shown
    assert found.exact is found.exact_shown is right
    assert (found.similarity == 1.0) is right


def test_less_is_shown_from_higher_scores_on() -> None:
    points = curve([seen(0.9, exact=True), seen(0.5, exact=False), seen(-1, exact=False)])
    assert points[0] == {"least": 0.0, "shown": 2 / 3, "exact": 0.5}
    assert all(one["shown"] >= other["shown"] for one, other in pairwise(points))
    assert points[-2]["exact"] == 1.0


def test_figures_are_of_what_is_shown() -> None:
    figures = by_language([seen(0.9, exact=True), seen(0.1, exact=False, shown=False)])
    assert figures["python"]["exact"] == figures["python"]["shown"] == 0.5
    assert figures["python"]["exact of shown"] == 1.0
    assert figures["all"] == figures["python"]
