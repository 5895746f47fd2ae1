"""From a snapshot to a suggestion, with an engine that says what it is told."""

from typing import Any

import pytest

from unmask_lsp.engine.download import Download
from unmask_lsp.engine.engine_link import EngineLink
from unmask_lsp.settings import Eagerness, Settings
from unmask_lsp.suggest.completion import complete
from unmask_lsp.suggest.request_trace import RequestTrace
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.suggest.typing_through import Shown
from unmask_lsp.text.documents import Documents, Snapshot
from unmask_lsp.text.positions import Encoding, Position
from unmask_model.protocol.errors import EngineBusy
from unmask_model.protocol.request import StopReason


def snapshot(text: str, language: str = "python") -> Snapshot:
    left, right = text.split("‸")
    documents = Documents()
    documents.open(uri="file:///m", version=3, language=language, text=left + right)
    document = documents.get("file:///m")
    assert document is not None
    line = left.count("\n")
    position = Position(line=line, unit=len(left.rpartition("\n")[2]))
    return document.snapshot(position, Encoding.UTF32)


async def trace_of(
    text: str,
    engine: Any,
    editor: Any,
    settings: Settings | None = None,
    invoked: bool = False,
) -> RequestTrace:
    weights = Download(editor, lambda model: 0, lambda model: False)
    link = EngineLink("small", engine.connect, engine.end, weights, editor)
    return await complete(snapshot(text), settings or Settings(), link, Shown(), invoked=invoked)


async def outcome_of(*arguments: Any, **options: Any) -> Suggestion | SilenceReason:
    return (await trace_of(*arguments, **options)).outcome


async def test_the_models_block_is_suggested_at_the_cursor(engine: Any, editor: Any) -> None:
    assert await outcome_of("x = ‸\n", engine, editor) == Suggestion(text="42", start=4, end=4)


async def test_the_request_says_what_the_settings_say(engine: Any, editor: Any) -> None:
    await outcome_of("if x:\n    ‸\ny", engine, editor, Settings(budget_ms=150, max_lines=3))
    (request,) = engine.requests
    assert (request.left, request.right) == ("if x:\n    ", "\ny")
    assert (request.budget_ms, request.max_lines) == (150, 3)
    assert request.document == "file:///m"


async def test_inside_a_line_one_line_is_wanted(engine: Any, editor: Any) -> None:
    await outcome_of("x = ‸ + y\n", engine, editor)
    assert engine.requests[0].max_lines == 1


async def test_a_key_asks_for_as_much_as_fits_and_takes_the_best_guess(
    engine: Any, editor: Any
) -> None:
    engine.is_sure(0.01)
    assert await outcome_of("x = ‸", engine, editor) is SilenceReason.UNSURE
    manual = Settings(eagerness=Eagerness.MANUAL)
    assert await outcome_of("x = ‸", engine, editor, manual, invoked=True)
    assert [request.max_lines for request in engine.requests] == [1, 12]
    assert [request.candidates for request in engine.requests] == [1, 3]
    assert [request.budget_ms for request in engine.requests] == [300, 3000]


async def test_a_key_gets_several_suggestions_to_choose_from_each_once(
    engine: Any, editor: Any
) -> None:
    engine.text, engine.alternatives = "a", ("b", "b ", "", "c")
    outcome = await outcome_of("x = ‸\n", engine, editor, invoked=True)
    assert isinstance(outcome, Suggestion)
    assert [one.text for one in (outcome, *outcome.others)] == ["a", "b", "c"]


async def test_a_key_gets_another_candidate_where_the_best_is_nothing_to_show(
    engine: Any, editor: Any
) -> None:
    engine.text, engine.alternatives = "", ("b",)
    outcome = await outcome_of("x = ‸\n", engine, editor, invoked=True)
    assert outcome == Suggestion(text="b", start=4, end=4)
    engine.alternatives = ()
    assert await outcome_of("x = ‸\n", engine, editor, invoked=True) is SilenceReason.EMPTY


async def test_the_account_says_why_nothing_is_shown(engine: Any, editor: Any) -> None:
    engine.is_sure(0.01)
    trace = await trace_of("x = ‸", engine, editor)
    assert f"nothing shown, {SilenceReason.UNSURE}; rest of line, score 0.01" in str(trace)
    assert list(trace.ms) == ["window", "engine", "repair", "postprocess"]
    assert trace.request is engine.requests[0]


async def test_manual_means_no_request_unless_a_key_asks(engine: Any, editor: Any) -> None:
    manual = Settings(eagerness=Eagerness.MANUAL)
    assert await outcome_of("x = ‸", engine, editor, manual) is SilenceReason.MANUAL
    assert engine.starts == 0


async def test_nothing_is_asked_inside_a_word_unless_wanted(engine: Any, editor: Any) -> None:
    assert await outcome_of("re‸turn", engine, editor) is SilenceReason.INSIDE_WORD
    assert engine.starts == 0
    eager = Settings(eagerness=Eagerness.EAGER)
    await outcome_of("re‸turn", engine, editor, eager)
    await outcome_of("re‸turn", engine, editor, invoked=True)
    assert len(engine.requests) == 2


@pytest.mark.parametrize(
    ("eagerness", "sure", "shown"),
    [
        (Eagerness.QUIET, (0.9, 0.9), "a = 1\n    b = 2"),
        (Eagerness.QUIET, (0.9, 0.1), "a = 1"),
        (Eagerness.QUIET, (0.5, 0.9), None),
        (Eagerness.NORMAL, (0.7, 0.9), "a = 1\n    b = 2"),
        (Eagerness.NORMAL, (0.65, 0.02), "a = 1"),
        (Eagerness.NORMAL, (0.5, 0.5), None),
        (Eagerness.EAGER, (0.4, 0.4), "a = 1\n    b = 2"),
        (Eagerness.EAGER, (0.01, 0.01), None),
    ],
)
async def test_the_block_its_first_line_or_nothing_is_shown(
    engine: Any,
    editor: Any,
    eagerness: Eagerness,
    sure: tuple[float, float],
    shown: str | None,
) -> None:
    engine.text = "a = 1\n    b = 2"
    engine.is_sure(*sure)
    settings = Settings(eagerness=eagerness)
    outcome = await outcome_of("if x:\n    ‸\n", engine, editor, settings)
    expected = Suggestion(text=shown, start=10, end=10) if shown else SilenceReason.UNSURE
    assert outcome == expected


async def test_off_means_no_request_and_no_engine(engine: Any, editor: Any) -> None:
    assert await outcome_of("‸", engine, editor, Settings(enabled=False)) is SilenceReason.OFF
    off = Settings(disabled_languages=("python",))
    assert await outcome_of("‸", engine, editor, off) is SilenceReason.LANGUAGE_OFF
    assert engine.starts == 0


async def test_no_time_is_another_reason_than_no_idea(engine: Any, editor: Any) -> None:
    engine.text = ""
    assert await outcome_of("x = ‸", engine, editor) is SilenceReason.EMPTY
    engine.stop_reason = StopReason.BUDGET
    assert await outcome_of("x = ‸", engine, editor) is SilenceReason.BUDGET


async def test_errors_of_the_engine_are_the_callers(engine: Any, editor: Any) -> None:
    engine.fails = [EngineBusy("full")]
    with pytest.raises(EngineBusy):
        await outcome_of("x = ‸", engine, editor)


@pytest.mark.parametrize("text", ["", ")", "\n"])
async def test_what_the_time_left_nothing_of_is_not_said_to_be_the_models_fault(
    engine: Any, editor: Any, text: str
) -> None:
    engine.text = text
    engine.stop_reason = StopReason.BUDGET
    assert await outcome_of("x = ‸\n", engine, editor) is SilenceReason.BUDGET
    engine.stop_reason = StopReason.END
    assert await outcome_of("x = ‸\n", engine, editor) is not SilenceReason.BUDGET
