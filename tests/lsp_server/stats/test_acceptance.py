"""What is shown, accepted and kept is counted once, however often it is asked for."""

import asyncio
from pathlib import Path

import pytest

from unmask_lsp.fill.edits import Candidate, Replacement
from unmask_lsp.stats import acceptance
from unmask_lsp.stats.acceptance import REMEMBERED, Acceptance
from unmask_lsp.stats.counts import Counts
from unmask_lsp.stats.stats_file import StatsFile
from unmask_lsp.stats.stats_recorder import StatsRecorder
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Snapshot, with_newlines


def at(text: str) -> Snapshot:
    left, right = text.split("‸")
    return Snapshot(
        uri="file:///m.py",
        version=1,
        language="python",
        text=left + right,
        cursor=len(left),
        line=0,
        line_start=0,
    )


class Editor:
    """An editor with one document."""

    def __init__(self, recorder: StatsRecorder) -> None:
        self.recorder = recorder
        self.text: str | None = "x = "
        self.line_ends = True
        self.acceptance = Acceptance(recorder, lambda uri: self.text, self.as_sent)

    def as_sent(self, text: str) -> str:
        return text if self.line_ends else with_newlines(text)

    def offer(self, text: str, document: str = "x = ‸", *, replaces: int = 0) -> str:
        snapshot = at(document)
        end = snapshot.cursor + replaces
        suggestion = Suggestion(text=text, start=snapshot.cursor, end=end)
        return next(iter(self.acceptance.offer(snapshot, suggestion)))

    @property
    def counts(self) -> Counts:
        return self.recorder.new

    @property
    def accepted(self) -> tuple[int, int, int]:
        return self.counts.accepted, self.counts.accepted_whole, self.counts.characters_saved


@pytest.fixture
async def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    monkeypatch.setattr(acceptance, "KEPT_AFTER_S", 0)
    return Editor(StatsRecorder(StatsFile(tmp_path / "stats.json")))


async def look() -> None:
    """Let the half minute go by."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_a_suggestion_that_is_typed_on_is_shown_once(editor: Editor) -> None:
    editor.offer("total(items)", "x = ‸")
    editor.offer("otal(items)", "x = t‸")
    editor.offer("items", "x = total(‸)")  # the editor has closed the bracket
    assert editor.counts.shown == 1
    editor.offer("other", "x = total(‸)")
    assert editor.counts.shown == 2


async def test_of_several_the_best_is_shown_and_any_may_be_accepted(editor: Editor) -> None:
    others = (Suggestion(text="second", start=4, end=4),)
    best = Suggestion(text="first", start=4, end=4, others=others)
    items = editor.acceptance.offer(at("x = ‸"), best)
    assert [one.text for one in items.values()] == ["first", "second"]
    assert editor.counts.shown == 1
    editor.acceptance.accept(list(items)[1])
    assert editor.accepted == (1, 1, 6)


async def test_an_editor_that_says_what_it_shows_is_believed(editor: Editor) -> None:
    first = editor.offer("first")
    editor.acceptance.show(first)
    second = editor.offer("second")
    assert editor.counts.shown == 1
    editor.acceptance.show(second)
    editor.acceptance.show(second)
    editor.acceptance.show("nobody's")
    assert editor.counts.shown == 2


async def test_accepting_saves_its_characters_less_what_they_replace(editor: Editor) -> None:
    editor.acceptance.accept(editor.offer("items)", "x = ‸)", replaces=1))
    assert editor.accepted == (1, 1, 5)


async def test_parts_are_counted_from_the_start_and_add_up(editor: Editor) -> None:
    item = editor.offer("😀 = items")
    editor.acceptance.accept_part(item, 2)
    assert editor.accepted == (1, 0, 1)
    editor.acceptance.accept_part(item, 5)
    editor.acceptance.accept_part(item, 5)
    assert editor.accepted == (1, 0, 4)
    editor.acceptance.accept(item)
    assert editor.accepted == (1, 1, 9)


@pytest.mark.parametrize(("line_ends", "units"), [(True, 6), (False, 4)])
async def test_parts_are_counted_in_the_line_ends_that_were_sent(
    editor: Editor, line_ends: bool, units: int
) -> None:
    editor.line_ends = line_ends
    item = editor.offer("a\r\nb\r\ncd")
    editor.acceptance.accept_part(item, units)
    assert editor.accepted == (1, 0, units)
    editor.offer("cd", "x = a\r\nb\r\n‸")
    assert editor.counts.shown == 1
    editor.acceptance.accept_part(item, units + 2)
    assert editor.accepted == (1, 1, units + 2)


async def test_a_part_and_then_the_rest_is_one_suggestion(editor: Editor) -> None:
    editor.acceptance.accept_part(editor.offer("a b"), 2)
    editor.acceptance.accept(editor.offer("b", "x = a ‸"))
    assert editor.accepted == (1, 1, 3)


@pytest.mark.parametrize("units", [-1, 0])
async def test_nothing_accepted_is_nothing(editor: Editor, units: int) -> None:
    editor.acceptance.accept_part(editor.offer("a"), units)
    editor.acceptance.accept("nobody's")
    assert editor.accepted == (0, 0, 0)


async def test_more_than_there_is_is_all_of_it(editor: Editor) -> None:
    editor.acceptance.accept_part(editor.offer("abc"), 99)
    assert editor.accepted == (1, 1, 3)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("x = f(a,\n    b)\n", 1), ("\tx=f(a, b)", 1), ("x = f(a)", 0), ("y = f(a, b)", 0)],
)
async def test_kept_is_what_still_stands_there_but_for_white_space(
    editor: Editor, text: str, kept: int
) -> None:
    editor.acceptance.accept(editor.offer("f(a, b)"))
    editor.text = text
    await look()
    assert (editor.counts.looked_at, editor.counts.kept) == (1, kept)


async def test_parts_are_looked_at_when_the_last_was_accepted(editor: Editor) -> None:
    item = editor.offer("f(a)")
    editor.acceptance.accept_part(item, 1)
    editor.acceptance.accept(item)
    editor.text = "x = f(a)"
    await look()
    assert (editor.counts.looked_at, editor.counts.kept) == (1, 1)


async def test_a_closed_document_is_not_looked_at(editor: Editor) -> None:
    editor.acceptance.accept(editor.offer("f"))
    editor.text = None
    await look()
    assert editor.counts.looked_at == 0


def fill(*parts: tuple[int, int, str]) -> Candidate:
    replacements = (Replacement(start=start, end=end, text=text) for start, end, text in parts)
    return Candidate(replacements=tuple(replacements))


async def test_an_edit_that_was_asked_for_is_shown_and_accepted_like_a_suggestion(
    editor: Editor,
) -> None:
    document = at("def f(x):\n    pass‸\n")
    first, second = fill((14, 18, "return x")), fill((14, 18, "return -x"))
    offered = editor.acceptance.offer_edits(document, (first, second))
    assert list(offered.values()) == [first, second]
    assert editor.counts.shown == 1
    editor.acceptance.accept(list(offered)[1])
    assert editor.accepted == (1, 1, 5)
    editor.text = "def f(x):\n    return -x\n"
    await look()
    assert (editor.counts.looked_at, editor.counts.kept) == (1, 1)


async def test_an_edit_of_many_holes_is_one_and_saves_what_all_of_them_bring(
    editor: Editor,
) -> None:
    several = fill((4, 5, "one"), (8, 9, "three"), (12, 13, "four"))
    (id,) = editor.acceptance.offer_edits(at("a = ?\r\nb = ?\r\nc = ?‸"), (several,))
    editor.acceptance.accept(id)
    assert editor.accepted == (1, 1, 9)
    editor.text = "a = one\r\nb = other\r\n"
    await look()
    assert editor.counts.kept == 1


async def test_items_of_long_ago_are_forgotten(editor: Editor) -> None:
    old = editor.offer("old")
    for number in range(REMEMBERED):
        editor.offer(f"new{number}")
    editor.acceptance.accept(old)
    assert editor.accepted == (0, 0, 0)
