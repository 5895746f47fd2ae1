"""Beside a popup: what is suggested begins with the item that is selected."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from wire import URI, Wire, serving, span

from unmask_lsp.client.selected_item import SelectedItem
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Snapshot


async def completed(wire: Wire, character: int, selected: dict[str, Any]) -> Any:
    found = await wire.result(
        "textDocument/inlineCompletion",
        textDocument={"uri": URI},
        position={"line": 0, "character": character},
        context={"triggerKind": 2, "selectedCompletionInfo": selected},
    )
    own = ("command", "parts")
    return {"items": [{k: v for k, v in item.items() if k not in own} for item in found["items"]]}


async def test_a_suggestion_goes_on_from_the_selected_item_in_its_range(engine: Any) -> None:
    engine.text = "42)"
    async with serving(engine) as wire:
        wire.open("x = pri\n")
        found = await completed(wire, 7, {"range": span(0, 4, 7), "text": "print("})
        assert engine.requests[0].left == "x = print("
        assert found == {"items": [{"insertText": "print(42)", "range": span(0, 4, 7)}]}


async def test_accepting_the_item_keeps_the_rest_without_the_engine(engine: Any) -> None:
    engine.text = "42)"
    async with serving(engine) as wire:
        wire.open("x = pri\n")
        await completed(wire, 7, {"range": span(0, 4, 7), "text": "print("})
        wire.change(2, {"range": span(0, 4, 7), "text": "print("})
        found = await wire.completed(0, 10)
        assert found == {"items": [{"insertText": "42)", "range": span(0, 10, 10)}]}
        assert len(engine.requests) == 1


async def test_an_item_elsewhere_is_passed_over(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \ny\n")
        found = await completed(wire, 4, {"range": span(1, 0, 1), "text": "yes"})
        assert found == {"items": [{"insertText": "42", "range": span(0, 4, 4)}]}


words = st.text(alphabet="ab(", max_size=5)


@given(words, words, words, words, words)
def test_what_is_suggested_leaves_the_text_that_was_meant(
    left: str, replaced: str, right: str, item: str, block: str
) -> None:
    text = left + replaced + right
    cursor = len(left + replaced)
    snapshot = Snapshot(
        uri="m", version=1, language="", text=text, cursor=cursor, line=0, line_start=0
    )
    selected = SelectedItem(text=item, start=len(left), end=cursor)
    ahead = selected.accepted(snapshot)
    for covered in range(len(right) + 1):
        wanted = Suggestion(text=block, start=ahead.cursor, end=ahead.cursor + covered)
        shown = selected.continued(wanted)
        after = snapshot.text[: shown.start] + shown.text + snapshot.text[shown.end :]
        assert after == ahead.text[: ahead.cursor] + block + ahead.text[wanted.end :]
