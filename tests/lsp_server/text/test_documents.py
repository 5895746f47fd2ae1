"""Invariant: the text is exact after any edits, in every encoding."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmask_lsp.text.documents import Document, Documents, line_of, line_start_of
from unmask_lsp.text.positions import Edit, Encoding, Position

URI = "untitled:one"
LONGEST = 400
"""Characters of a text that grows no more, in the long test."""
ALPHABET = "ab \t\n\r\x0b\x0c\x1c\x85\u2028\u2029é漢😀\ufeff"


def opened(text: str) -> Documents:
    documents = Documents()
    documents.open(uri=URI, version=1, language="python", text=text)
    return documents


def text_of(documents: Documents) -> str:
    document = documents.get(URI)
    assert document is not None
    return "".join(document.lines)


def at(line: int, unit: int) -> Position:
    return Position(line=line, unit=unit)


def position_of(text: str, offset: int, encoding: Encoding) -> Position:
    """The client's side of it, slowly: real encoders, lines found by a regular expression."""
    starts = [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", text))]
    line = max(index for index, start in enumerate(starts) if start <= offset)
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return at(line, len(text[starts[line] : offset].encode(codec)) // size)


def is_place(text: str, offset: int) -> bool:
    return text[max(0, offset - 1) : offset + 1] != "\r\n"


@given(st.data(), st.sampled_from(Encoding))
def test_any_sequence_of_edits_leaves_the_text_the_client_has(
    data: st.DataObject, encoding: Encoding
) -> None:
    texts = st.text(ALPHABET, max_size=12)
    client = data.draw(texts)
    documents = opened(client)
    for version in range(2, 8):
        places = [offset for offset in range(len(client) + 1) if is_place(client, offset)]
        start, end = sorted(data.draw(st.tuples(*[st.sampled_from(places)] * 2)))
        new = data.draw(texts)
        edit = Edit(
            text=new,
            start=position_of(client, start, encoding),
            end=position_of(client, end, encoding),
        )
        documents.change(URI, version, [edit], encoding)
        client = client[:start] + new + client[end:]
        assert text_of(documents) == client


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("encoding", Encoding)
def test_a_hundred_thousand_random_edits_leave_the_text_the_client_has(encoding: Encoding) -> None:
    rng = random.Random(encoding)
    client, documents = "", opened("")
    for version in range(100_000):
        start, end = sorted(rng.randrange(len(client) + 1) for _ in range(2))
        end = min(end, start + rng.choice([0, 0, 1, 5, 40]))
        while not is_place(client, start):
            start -= 1
        while not is_place(client, end):
            end += 1
        longest = 12 if len(client) < LONGEST else 2
        new = "".join(rng.choices(ALPHABET, k=rng.randrange(longest)))
        edit = Edit(
            text=new,
            start=position_of(client, start, encoding),
            end=position_of(client, end, encoding),
        )
        documents.change(URI, version, [edit], encoding)
        client = client[:start] + new + client[end:]
        if len(client) > 2 * LONGEST:
            documents.change(URI, version, [Edit(text="")], encoding)
            client = ""
        assert text_of(documents) == client, version


@given(st.text(ALPHABET, max_size=40), st.data(), st.sampled_from(Encoding))
def test_the_cursor_is_where_the_client_meant(
    text: str, data: st.DataObject, encoding: Encoding
) -> None:
    places = [offset for offset in range(len(text) + 1) if is_place(text, offset)]
    cursor = data.draw(st.sampled_from(places))
    document = opened(text).get(URI)
    assert document is not None
    snapshot = document.snapshot(position_of(text, cursor, encoding), encoding)
    assert (snapshot.text, snapshot.cursor) == (text, cursor)


@given(st.text(ALPHABET, max_size=40), st.data())
def test_an_offset_is_on_the_line_that_slow_counting_finds(text: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    ends = [end.end() for end in re.finditer(r"\r\n|\r|\n", text[:offset])]
    assert line_of(text, offset) == len(ends)
    assert line_start_of(text, offset) == max(ends, default=0)


def test_lines_end_at_newlines_and_carriage_returns_only() -> None:
    document = opened("a\x0cb\nc\u2028d\r\ne\x85f\rg").get(URI)
    assert document is not None
    assert document.lines == ["a\x0cb\n", "c\u2028d\r\n", "e\x85f\r", "g"]


def test_an_edit_in_utf16_lands_where_the_client_meant() -> None:
    documents = opened("x = '😀é'  # y\n")
    edit = Edit(text="!", start=at(0, 8), end=at(0, 8))
    documents.change(URI, 2, [edit], Encoding.UTF16)
    assert text_of(documents) == "x = '😀é!'  # y\n"


def test_a_carriage_return_and_a_newline_that_meet_become_one_line_end() -> None:
    documents = opened("a\rb\nc")
    documents.change(URI, 2, [Edit(text="", start=at(1, 0), end=at(1, 1))], Encoding.UTF16)
    document = documents.get(URI)
    assert document is not None
    assert document.lines == ["a\r\n", "c"]


@pytest.mark.parametrize(
    ("position", "cursor"),
    [(at(9, 9), 5), (at(0, 99), 2), (at(1, 99), 5), (at(-1, 1), 1), (at(0, -3), 0)],
)
def test_a_position_outside_the_text_is_moved_into_it(position: Position, cursor: int) -> None:
    document = opened("ab\ncd").get(URI)
    assert document is not None
    assert document.snapshot(position, Encoding.UTF16).cursor == cursor


@pytest.mark.parametrize(("encoding", "unit"), [(Encoding.UTF8, 3), (Encoding.UTF16, 1)])
def test_the_middle_of_a_character_is_its_start(encoding: Encoding, unit: int) -> None:
    document = opened("😀").get(URI)
    assert document is not None
    assert document.snapshot(at(0, unit), encoding).cursor == 0


def test_a_range_given_backwards_is_read_forwards() -> None:
    documents = opened("abcd")
    documents.change(URI, 2, [Edit(text="", start=at(0, 3), end=at(0, 1))], Encoding.UTF8)
    assert text_of(documents) == "ad"


def test_an_edit_without_a_range_replaces_the_document() -> None:
    documents = opened("old\ntext\n")
    documents.change(URI, 2, [Edit(text="new\r\n")], Encoding.UTF8)
    assert text_of(documents) == "new\r\n"


def test_a_snapshot_does_not_change_with_its_document() -> None:
    documents = opened("before")
    document = documents.get(URI)
    assert document is not None
    snapshot = document.snapshot(at(0, 0), Encoding.UTF16)
    documents.change(URI, 2, [Edit(text="after")], Encoding.UTF16)
    assert (snapshot.text, snapshot.version) == ("before", 1)
    assert document.version == 2


def test_a_lone_surrogate_is_a_character_and_no_crash() -> None:
    document = opened("a\ud800b").get(URI)
    assert document is not None
    for encoding in Encoding:
        assert document.snapshot(at(0, 99), encoding).cursor == 3


def test_closed_and_unknown_documents_are_nobody() -> None:
    documents = opened("x")
    documents.close(URI)
    documents.close("file:///never")
    documents.change(URI, 2, [Edit(text="y")], Encoding.UTF8)
    assert documents.get(URI) is None


@given(st.text(ALPHABET))
def test_units_are_what_the_codec_counts(text: str) -> None:
    assert Encoding.UTF8.units(text) == len(text.encode())
    assert Encoding.UTF16.units(text) == len(text.encode("utf-16-le")) // 2
    assert Encoding.UTF32.units(text) == len(text)


def test_of_too_many_documents_those_untouched_longest_are_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("unmask_lsp.text.documents.MOST_DOCUMENTS", 3)
    documents = Documents()
    for uri in "abc":
        assert documents.open(uri=uri, version=1, language="", text="x") == ()
    documents.change("a", 2, [Edit(text="y")], Encoding.UTF16)
    assert documents.open(uri="d", version=1, language="", text="x") == ("b",)
    assert [document.uri for document in documents] == ["c", "a", "d"]


def test_of_too_much_text_so_is_what_was_touched_longest_ago(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("unmask_lsp.text.documents.MOST_CHARACTERS", 10)
    documents = Documents()
    documents.open(uri="a", version=1, language="", text="1234")
    documents.open(uri="b", version=1, language="", text="1234")
    end = Position(line=0, unit=4)
    assert documents.change("b", 2, [Edit(text="56", start=end, end=end)], Encoding.UTF16) == ()
    assert documents.change("b", 3, [Edit(text="7", start=end, end=end)], Encoding.UTF16) == ("a",)
    short = [Edit(text="", start=Position(line=0, unit=1), end=Position(line=0, unit=9))]
    assert documents.change("b", 4, short, Encoding.UTF16) == ()
    assert documents.open(uri="d", version=1, language="", text="123456789") == ()
    documents.close("d")
    documents.close("b")
    assert documents.open(uri="c", version=1, language="", text="1234567890") == ()
    assert documents.open(uri="c", version=1, language="", text="12345678901") == ("c",)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.text("a\r\n", max_size=5))))
def test_the_size_is_that_of_the_text_after_any_edits(edits: list[tuple[int, int, str]]) -> None:
    document = Document.of(uri="", version=1, language="", text="ab\r\nc\n")
    for line, unit, text in edits:
        place = Position(line=line, unit=unit)
        document.edit(Edit(text=text, start=Position(line=0, unit=1), end=place), Encoding.UTF16)
        assert document.size == len(document.text())


@pytest.mark.parametrize("text", ["a\nlonger", "longer\na", "a\n", ""])
def test_a_position_behind_the_last_line_is_the_end_of_the_text(text: str) -> None:
    document = opened(text).get(URI)
    assert document is not None
    place = Position(line=9, unit=0)
    assert document.snapshot(place, Encoding.UTF16).cursor == len(text)
    assert document.offset(place, Encoding.UTF16) == len(text)
