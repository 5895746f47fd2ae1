"""A person at a recording, with an editor that shows what a test says."""

from collections.abc import Callable

import pytest
from person import Answer, Person, Recording

TEXT = "area = width * height\nprint(area)\n"


def recording(keys: str = TEXT) -> Recording:
    return Recording(language="python", left="# left\n", keys=keys, right="# right\n")


def person(show: Callable[[str, bool], tuple[str, ...]], keys: str = TEXT) -> Person:
    """Somebody whose editor shows what `show` says of the typed text."""

    async def ask(text: str, cursor: int, by_key: bool) -> Answer:
        assert text.startswith("# left\n")
        assert text[cursor:] == "# right\n"
        return Answer(texts=show(text[len("# left\n") : cursor], by_key), requests=1)

    return Person(recording=recording(keys), ask=ask)


async def test_who_is_shown_nothing_types_every_key() -> None:
    somebody = person(lambda typed, by_key: ())
    assert await somebody.work() == recording().text
    assert (somebody.figures.keys, somebody.figures.asked) == (len(TEXT), len(TEXT))
    assert (somebody.figures.saved, somebody.figures.shown) == (0, 0)


async def test_what_is_right_is_taken_with_one_key() -> None:
    somebody = person(lambda typed, by_key: ("width * height",) if typed == "area = " else ())
    assert await somebody.work() == recording().text
    assert somebody.figures.saved == len("width * height") - 1
    assert somebody.figures.keys == len(TEXT) - somebody.figures.saved
    assert (somebody.figures.taken, somebody.figures.wrong) == (1, 0)


async def test_of_a_block_the_right_first_line_is_taken() -> None:
    block = "width * height\nreturn area"
    somebody = person(lambda typed, by_key: (block,) if typed == "area = " else ())
    assert await somebody.work() == recording().text
    assert somebody.figures.saved == len("width * height\n") - 1
    assert somebody.figures.wrong == len("return area")


async def test_wrong_characters_are_counted_once_while_they_stand() -> None:
    somebody = person(lambda typed, by_key: ("wide",) if typed == "area = " else ())
    await somebody.work()
    assert (somebody.figures.shown, somebody.figures.wrong) == (1, len("e"))


async def test_a_suggestion_that_is_typed_and_goes_away_has_flickered() -> None:
    typed_through = {"a": "rea wrong", "ar": "ea wrong"}
    somebody = person(
        lambda typed, by_key: (typed_through[typed],) if typed in typed_through else ()
    )
    await somebody.work()
    assert (somebody.figures.shown, somebody.figures.flickers) == (1, 1)


async def test_a_suggestion_that_is_contradicted_may_go() -> None:
    somebody = person(lambda typed, by_key: ("rx",) if typed == "a" else ())
    await somebody.work()
    assert somebody.figures.flickers == 1
    somebody = person(lambda typed, by_key: ("xr",) if typed == "a" else ())
    await somebody.work()
    assert somebody.figures.flickers == 0


async def test_slips_are_taken_back() -> None:
    somebody = person(lambda typed, by_key: (), keys="aera⌫⌫⌫rea = 1\n")
    assert await somebody.work() == "# left\narea = 1\n# right\n"
    assert somebody.figures.keys == len("aera⌫⌫⌫rea = 1\n")


async def test_by_a_key_the_right_one_of_several_is_taken() -> None:
    def show(typed: str, by_key: bool) -> tuple[str, ...]:
        return ("wrong", "width * height") if typed == "area = " and by_key else ()

    somebody = person(show, keys=TEXT.replace("width", "↻width"))
    assert await somebody.work() == recording().text
    assert somebody.figures.saved == len("width * height") - 1
    assert somebody.figures.keys == len(TEXT) - somebody.figures.saved + 1


async def test_what_is_undone_is_typed_by_hand() -> None:
    shown = "width * height"

    def show(typed: str, by_key: bool) -> tuple[str, ...]:
        is_within = typed.startswith("area = ") and ("area = " + shown).startswith(typed)
        return (("area = " + shown).removeprefix(typed),) if is_within else ()

    somebody = person(show, keys=TEXT.replace("width", "↶width"))
    assert await somebody.work() == recording().text
    assert (somebody.figures.taken, somebody.figures.saved) == (1, 0)
    assert somebody.figures.keys == len(TEXT) + 2
    assert somebody.figures.flickers == 0


@pytest.mark.parametrize("least", ["", "\n", "ar", "  \n"])
async def test_what_saves_nothing_is_not_taken(least: str) -> None:
    somebody = person(lambda typed, by_key: (least,) if least else ())
    assert await somebody.work() == recording().text
    assert somebody.figures.taken == 0
