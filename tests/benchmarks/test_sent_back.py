"""Whether the author's own text goes back to the engine, measured on small files."""

from pathlib import Path
from random import Random

from cuts import Cut
from sent_back import PLACES, broken, counts, goes_back

LEFT = "def f(x):\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n    e = 5\n    "
RIGHT = "\n    g = 7\n    h = 8\n    i = 9\n    j = 10\n    k = 11\n    return k\n"


def cut(true: str) -> Cut:
    return Cut(kind="whole line", left=LEFT, true=true, right=RIGHT)


def test_what_is_broken_goes_back_and_what_is_not_stays() -> None:
    assert goes_back(cut("y = = 3"), "m.py", "python")
    assert not goes_back(cut("y = 3"), "m.py", "python")


def test_a_line_is_broken_where_it_says() -> None:
    random = Random(1)
    above, below = (broken(cut("y = 3"), place, random) for place in ("above", "next line"))
    assert above is not None
    assert below is not None
    assert above.left.count("\n") == LEFT.count("\n") + 1
    assert above.right == RIGHT
    assert below.right.count("\n") == RIGHT.count("\n") + 1
    assert below.right.split("\n")[2] == RIGHT.split("\n")[1]
    assert broken(Cut(kind="", left="", true="", right=""), "above", random) is None


def test_every_place_is_counted(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(f"{LEFT}y = 3{RIGHT}")
    found = list(counts([tmp_path], files=1, each=2, seed=1))
    assert {place for place, _ in found} == set(PLACES)
    assert not any(is_back for place, is_back in found if place == "as it was")
