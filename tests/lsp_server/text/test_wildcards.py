"""How many places are tried for a pattern: few for what people write, too many for what attacks."""

from math import inf

import pytest

from unmask_lsp.text.wildcards import MOST_STEPS, Wildcards, section_steps

LONG = "a" * 250
DEEP = "a/" * 2000


@pytest.mark.parametrize(
    ("pattern", "stars", "folders"),
    [
        ("*.log", 1, 0),
        ("!/**/*.log", 1, 0),
        ("build/**", 0, 0),
        ("a/**/b/**/*c*", 2, 2),
        ("a**b", 2, 0),
        ("plain", 0, 0),
    ],
)
def test_what_is_tried_at_many_places_is_counted(pattern: str, stars: int, folders: int) -> None:
    assert Wildcards.of(pattern) == Wildcards(stars=stars, folders=folders)


@pytest.mark.parametrize("pattern", ["*.py", "**/a/**/*.egg-info*", "*foo*bar*", "[Bb]in/*/*.o"])
def test_what_people_write_is_matched(pattern: str) -> None:
    assert Wildcards.of(pattern).steps("src/some/longer/package/with_a_name.py") < MOST_STEPS / 100


@pytest.mark.parametrize(
    ("pattern", "path"), [("*a*a*a*a*b", LONG), ("a/**/a/**/a/**/b", DEEP), ("*" * 100, LONG)]
)
def test_what_takes_for_ever_is_not(pattern: str, path: str) -> None:
    assert Wildcards.of(pattern).steps(path) > MOST_STEPS


def test_alternatives_of_a_section_are_each_as_long_as_the_worst() -> None:
    assert section_steps("{*.c,*.h}", "a.c") == 2 * Wildcards(stars=1, folders=0).steps("a.c")
    assert section_steps("{*.{c,h},*a*a*a*a}", LONG) > MOST_STEPS
    assert section_steps("{" * 500, "a.c") == inf
