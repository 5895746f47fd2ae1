"""A cursor inside a word."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from unmask_model.decoding.samplers import SAMPLERS
from unmask_model.engine.engine import Engine
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.request import InfillRequest, InfillResult, Rewrite, Span
from unmask_model.tokens.healing import LONGEST, PrefixConstraint, back_up

Ask = Callable[[Engine, InfillRequest], InfillResult]


@pytest.mark.parametrize(
    ("left", "typed"),
    [
        ("def f():\n    retu", " retu"),
        ("retu", "retu"),
        ("self.na", ".na"),
        ("snake_ca", "_ca"),
        ("x = ", " "),
        ("if x:\n    ", "    "),
        ("if x:\n\t", "\t"),
        ("if x:\n", ""),
        ("", ""),
        ("x1", ""),
        ("größ", "größ"),
        ("a" * (LONGEST + 1), ""),
        (" " * (LONGEST + 1), ""),
    ],
)
def test_the_left_side_is_backed_up_to_where_a_token_surely_begins(left: str, typed: str) -> None:
    kept, asked_again = back_up(left)
    assert asked_again == typed
    assert kept + asked_again == left


@pytest.mark.parametrize("sampler", SAMPLERS)
@pytest.mark.parametrize("typed", ["r", "re", "ret", "retu", "return", "return x"])
def test_a_word_that_was_begun_is_finished(typed: str, sampler: str, ask: Ask) -> None:
    answer = "return x + 1".removeprefix(typed)
    script = Script.of({f"def f(x):\n    {typed}": answer})
    request = InfillRequest(left=f"def f(x):\n    {typed}", right="\n", sampler=sampler)
    assert ask(Engine(Scripted(script)), request).text == answer


def test_what_was_typed_wins_over_what_the_model_would_rather_say(engine: Engine, ask: Ask) -> None:
    request = InfillRequest(left="def f(x):\n    rai", right="\n")
    assert ask(engine, request).text == "pass"


def test_every_snapshot_starts_after_what_was_typed(engine: Engine) -> None:
    texts = [e.text for e in engine.fill(InfillRequest(left="def f(x):\n    retu", right="\n"))]
    assert len(texts) > 2
    assert all(text.startswith("rn x") for text in texts)


def test_what_no_token_can_spell_is_left_where_it_is(ask: Ask) -> None:
    script = Script.of({"x = größ": "e = 1"})
    result = ask(Engine(Scripted(script)), InfillRequest(left="x = größ", right=""))
    assert result.text == "e = 1"


def test_the_first_token_starts_with_what_was_typed_or_is_a_start_of_it() -> None:
    vocabulary = Scripted().vocabulary
    constraint = PrefixConstraint(vocabulary, None, frozenset({vocabulary.end}))
    found = {vocabulary.pieces[column] for column in constraint.columns(" retu").tolist()}
    assert found == {" ", " r", " re", " ret", " retu", " retur", " return"}


def test_columns_are_those_of_a_trimmed_head() -> None:
    vocabulary = Scripted().vocabulary
    head = np.array(vocabulary.encode(" return") + vocabulary.encode("x"))
    assert PrefixConstraint(vocabulary, head, frozenset({vocabulary.end})).columns(
        " retu"
    ).tolist() == [0]


def test_only_what_is_left_to_spell_is_asked_for() -> None:
    vocabulary = Scripted().vocabulary
    constraint = PrefixConstraint(vocabulary, None, frozenset({vocabulary.end}))
    assert constraint.rest(" retu", vocabulary.encode(" re")) == "tu"
    assert constraint.rest(" retu", vocabulary.encode(" return")) == ""
    assert constraint.rest("", vocabulary.encode(" return")) == ""


def test_a_rewrite_is_joined_to_what_was_typed(engine: Engine, ask: Ask) -> None:
    request = InfillRequest(left="def f(x):\n    retu", right="\n")
    kept = ask(engine, replace(request, rewrite=Rewrite(text="rn y")))
    assert kept.text == "rn y"
    redone = Rewrite(text="rn y + 1\n", redo=(Span(start=3, end=4),))
    assert ask(engine, replace(request, rewrite=redone)).text == "rn x + 1\n"
