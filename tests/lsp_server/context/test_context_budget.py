"""Every source has its share of characters and of time, and shows what may be shown."""

from collections.abc import Iterator

from unmask_lsp.context.context_budget import Source, gather
from unmask_lsp.context.context_query import ContextQuery
from unmask_lsp.syntax.languages import PLAIN
from unmask_model.protocol.request import Snippet

QUERY = ContextQuery(file="m.py", language=PLAIN, left="", right="")


def source(*texts: str, characters: int = 100, ms: float = 10, file: str = "a.py") -> Source:
    def find(_: ContextQuery) -> Iterator[Snippet]:
        yield from (Snippet(origin=file, text=text) for text in texts)

    return Source(name="a source", find=find, characters=characters, ms=ms)


def texts(source: Source, seconds: float = 0.0) -> list[str]:
    now = iter(number * seconds for number in range(100))
    (taken,) = gather([source], QUERY, lambda file: file != "private.py", lambda: next(now))
    return [snippet.text for snippet in taken.snippets]


def test_snippets_of_one_file_are_one_snippet() -> None:
    assert texts(source("def f()", "def g()")) == ["def f()\ndef g()"]


def test_a_source_has_so_many_characters_its_paths_included() -> None:
    assert texts(source("x" * 10, "y" * 10, characters=15)) == []
    assert texts(source("x" * 10, "y" * 10, characters=16)) == ["x" * 10]
    assert texts(source("x" * 10, "y" * 10, characters=27)) == ["x" * 10 + "\n" + "y" * 10]


def test_a_source_is_not_asked_further_when_its_time_is_over() -> None:
    assert texts(source("one", "two", "three"), seconds=0.007) == ["one\ntwo"]


def test_a_file_that_may_not_be_shown_any_more_is_not() -> None:
    assert texts(source("x", file="private.py")) == []


def test_each_source_is_accounted_for_in_the_order_asked() -> None:
    now = iter(range(100))
    first, second = gather(
        [source("x"), source(file="b.py")], QUERY, lambda _: True, lambda: next(now) / 1000
    )
    assert (first.source, first.ms, len(first.snippets)) == ("a source", 2, 1)
    assert second.snippets == ()
