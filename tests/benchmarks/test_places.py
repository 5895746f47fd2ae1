"""Random places, and what is measured at them."""

import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

import latency
import places
import pytest
import random_places
from deadlines import measure_deadlines
from engines import engine_of
from places import Place, anywhere, rest_of_line
from reuse import LEFT_TOKENS, RIGHT_TOKENS, TYPED, cut_to_size

from unmask_model.families.open_model import open_model
from unmask_model.protocol.request import InfillRequest
from unmask_model.transformer.execution import Weights

TEXT = "import os\r\n\nvalue = '🌍'  # grüße\r\n" + "number = number + 1\n" * 200


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "library"
    (root / "site-packages").mkdir(parents=True)
    (root / "one.py").write_bytes(TEXT.encode())
    (root / "empty.py").touch()
    (root / "site-packages" / "other.py").write_text("x = 1\n")
    monkeypatch.setattr(places, "_root", lambda: root)


def some(draw: places.Draw, count: int, seed: int = 0) -> list[Place]:
    return list(islice(places.random_places(draw, seed), count))


def test_places_are_those_of_the_library_alone() -> None:
    assert {place.name.partition(":")[0] for place in some(anywhere, 20)} == {"one.py"}


def test_the_same_seed_gives_the_same_places() -> None:
    assert some(anywhere, 20) == some(anywhere, 20)
    assert some(anywhere, 20) != some(anywhere, 20, seed=1)


def test_a_place_is_the_file_in_three_pieces() -> None:
    assert all(one.left + one.hole + one.right == TEXT for one in some(anywhere, 50))


def test_holes_anywhere_are_cursors_or_spans() -> None:
    empty = [not place.hole for place in some(anywhere, 50)]
    assert any(empty)
    assert not all(empty)


def test_the_rest_of_a_line_ends_where_the_line_does() -> None:
    for start in range(len(TEXT)):
        random = Random(start)
        first, end = rest_of_line(random, TEXT)
        assert "\n" not in TEXT[first:end]
        assert TEXT[end : end + 1] in {"\n", ""}


def test_places_for_typing_have_the_context_they_need() -> None:
    vocabulary = open_model("scripted").denoiser.vocabulary
    cut: Iterator[Place] = cut_to_size(places.random_places(rest_of_line, 0), vocabulary)
    for place in islice(cut, 10):
        assert len(vocabulary.encode(place.left)) == LEFT_TOKENS
        assert len(vocabulary.encode(place.right)) == RIGHT_TOKENS
        assert len(place.hole) > TYPED


@pytest.mark.parametrize(
    ("applied", "kept"),
    [("axc", True), ("ac", True), ("a\r\nc", True), ("bxc", False), ("axd", False), ("a", False)],
)
def test_a_change_outside_the_hole_is_seen(applied: str, kept: bool) -> None:
    place = Place(name="f", left="a", hole="b", right="c")
    assert random_places.keeps(place, applied) is kept


def test_sides_that_overlap_are_a_change_too() -> None:
    assert not random_places.keeps(Place(name="f", left="aa", hole="", right="aa"), "aaa")


def test_random_places_are_counted(
    write_script: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_script({}, default="value = 1\n")
    out = tmp_path / "out.json"
    random_places.main("scripted", "", places=5, max_tokens=24, seed=0, out=out)
    counts = json.loads(out.read_text())["counts"]
    assert counts["places"] == 5
    assert counts["text outside the hole unchanged"] == 5
    assert counts["the same block twice"] == 5
    assert "ended with" in capsys.readouterr().out


def test_a_place_is_asked_cold_and_after_a_character_was_typed(
    write_script: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_script({}, default="value = 1\n")
    asked: list[InfillRequest] = []
    engine = engine_of(open_model("scripted"))
    fill = engine.fill
    monkeypatch.setattr(engine, "fill", lambda request: asked.append(request) or fill(request))
    place = Place(name="f", left="num", hole="ber = 1", right="\n")
    cold, warm = measure_deadlines(engine, [place], budget_ms=60_000)
    assert [request.left for request in asked] == ["num", "numb"]
    assert len({request.document for request in asked}) == 1
    assert cold.answered == warm.in_time == 1.0


def test_deadlines_and_typing_are_measured_in_one_run(
    write_script: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_script({}, default="value = 1\n")
    out = tmp_path / "out.json"
    latency.main("scripted", 3, 300.0, 2, Weights.BEST, 0, out)
    found = json.loads(out.read_text())
    assert found["reuse"]["same_block"] == found["reuse"]["repeats"] == 2
    assert found["reuse"]["context_tokens"]["p50"] <= 512
    assert found["cold"].keys() == found["warm"].keys()
    assert "typed by opened" in capsys.readouterr().out
