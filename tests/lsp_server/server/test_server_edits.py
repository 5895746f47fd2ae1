"""Fill-in-the-middle edits over the wire: the command, and code actions for clients without it."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from wire import CANCELLED, URI, Wire, serving, span

from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_model.protocol.errors import EngineBusy

CAN_ALL = {
    "workspace": {"workspaceEdit": {"documentChanges": True, "changeAnnotationSupport": {}}},
    "textDocument": {"codeAction": {"resolveSupport": {"properties": ["edit"]}}},
}
BODY = "def f(x):\n    pass\n"


async def fill(wire: Wire, **argument: Any) -> Any:
    argument = {"textDocument": {"uri": URI}} | argument
    return await wire.result(
        "workspace/executeCommand", command="unmask.fill", arguments=[argument]
    )


async def actions(wire: Wire, place: Any, **context: Any) -> Any:
    return await wire.result(
        "textDocument/codeAction",
        textDocument={"uri": URI},
        range=place,
        context={"diagnostics": []} | context,
    )


def shown(wire: Wire) -> list[str]:
    """The messages that the client was to show."""
    return [m["params"]["message"] for m in wire.said if m["method"] == "window/showMessage"]


async def test_the_command_and_lazy_code_actions_are_announced(engine: Any) -> None:
    async with serving(engine) as wire:
        capabilities = wire.replies["initialize"]["capabilities"]
        assert "unmask.fill" in capabilities["executeCommandProvider"]["commands"]
        assert capabilities["codeActionProvider"] == {
            "codeActionKinds": ["refactor.rewrite"],
            "resolveProvider": True,
        }


async def test_an_answer_has_the_parts_that_the_docs_name(engine: Any) -> None:
    page = (Path(__file__).parents[3] / "lsp_server" / "README.md").read_text(encoding="utf-8")
    engine.text = "return x"
    async with serving(engine, capabilities=CAN_ALL) as wire:
        wire.open(BODY)
        answer = await fill(wire, position={"line": 1, "character": 5}, scope="body")
    parts = ", ".join(f'"{part}"' for part in answer["candidates"][0])
    assert f'`{{"candidates": [{{{parts}}}], "message"}}`' in page


async def test_a_filled_body_is_a_versioned_edit_to_be_looked_at_first(engine: Any) -> None:
    engine.text, engine.alternatives = "return x", ("return -x",)
    async with serving(engine, capabilities=CAN_ALL) as wire:
        wire.open(BODY)
        answer = await fill(wire, position={"line": 1, "character": 5}, scope="body")
        assert answer["message"] == ""
        first, second = answer["candidates"]
        assert (first["label"], first["text"]) == ("return x", "return x")
        assert second["text"] == "return -x"
        (change,) = first["edit"]["documentChanges"]
        assert change == {
            "textDocument": {"uri": URI, "version": 1},
            "edits": [{"range": span(1, 4, 8), "newText": "return x", "annotationId": "unmask"}],
        }
        annotation = first["edit"]["changeAnnotations"]["unmask"]
        assert annotation["needsConfirmation"] is True
        assert annotation["description"] == "return x"


@pytest.mark.parametrize("versioned", [False, True])
async def test_a_client_gets_edits_it_knows(engine: Any, versioned: bool) -> None:
    support = {"workspace": {"workspaceEdit": {"documentChanges": versioned}}}
    async with serving(engine, capabilities=support) as wire:
        wire.open(BODY)
        answer = await fill(wire, range=span(1, 4, 8), scope="selection")
        edit = answer["candidates"][0]["edit"]
        change = {"range": span(1, 4, 8), "newText": "42"}
        if versioned:
            document = {"uri": URI, "version": 1}
            assert edit == {"documentChanges": [{"textDocument": document, "edits": [change]}]}
        else:
            assert edit == {"changes": {URI: [change]}}


async def test_positions_of_edits_are_counted_as_agreed(engine: Any) -> None:
    general = {"general": {"positionEncodings": ["utf-8"]}}
    async with serving(engine, capabilities=general) as wire:
        wire.open("é = '\u2028'\r\nx = '🌍' + ???\r\n")
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"hole_mark": "???"}})
        answer = await fill(wire, scope="file")
        (change,) = answer["candidates"][0]["edit"]["changes"][URI]
        assert change["range"] == span(1, 13, 16)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"scope": "body", "textDocument": {"uri": "file:///other"}}, SilenceReason.NOT_OPEN),
        ({"scope": "file"}, SilenceReason.NO_HOLE),
        ({"scope": "selection"}, SilenceReason.NO_HOLE),
        ({"scope": "body", "textDocument": {"uri": URI, "version": 0}}, SilenceReason.STALE),
        ({"scope": "all"}, "a fill needs a textDocument, a range or a position, and a scope"),
        ({"scope": "body", "range": "here"}, "a fill needs a textDocument, a range"),
        ({"scope": "body", "textDocument": None}, "a fill needs a textDocument"),
    ],
)
async def test_where_there_is_no_edit_it_is_said_why(
    engine: Any, argument: Any, message: str
) -> None:
    async with serving(engine) as wire:
        wire.open(BODY)
        answer = await fill(wire, **argument)
        assert answer["candidates"] == []
        assert answer["message"].startswith(message)
        assert engine.requests == []


async def test_a_code_action_that_comes_to_nothing_says_so_every_time(engine: Any) -> None:
    engine.text = ""
    async with serving(engine, capabilities=CAN_ALL) as wire:
        wire.open(BODY)
        (action,) = await actions(wire, span(1, 6, 6))
        for _ in range(3):
            assert "edit" not in await wire.result("codeAction/resolve", **action)
        engine.fails = [EngineBusy("16 requests are in work"), RuntimeError("broken")]
        for _ in range(2):
            assert "edit" not in await wire.result("codeAction/resolve", **action)
        assert shown(wire) == [
            *[f"Fill this body: {SilenceReason.EMPTY}"] * 3,
            "Fill this body: 16 requests are in work",
            f"Fill this body: {SilenceReason.ENGINE}",
        ]


async def test_a_fill_is_what_the_last_request_came_to(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open(BODY)
        await fill(wire, position={"line": 1, "character": 5}, scope="body")
        assert "| budget | 3000 ms |" in (await wire.execute("unmask.explainLast"))["markdown"]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"enabled": False}, SilenceReason.OFF),
        ({"disabled_languages": ["python"]}, SilenceReason.LANGUAGE_OFF),
    ],
)
async def test_nobody_is_asked_where_unmask_is_off(
    engine: Any, settings: Any, reason: SilenceReason
) -> None:
    async with serving(engine) as wire:
        wire.open(BODY)
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": settings})
        answer = await fill(wire, position={"line": 1, "character": 5}, scope="body")
        assert answer == {"candidates": [], "message": reason}
        assert engine.requests == []


async def test_an_engine_that_fails_costs_an_edit_and_not_the_session(engine: Any) -> None:
    engine.fails = [EngineBusy("16 requests are in work"), RuntimeError("broken")]
    async with serving(engine) as wire:
        wire.open(BODY)
        for reason in ("16 requests are in work", SilenceReason.ENGINE):
            answer = await fill(wire, position={"line": 1, "character": 5}, scope="body")
            assert answer == {"candidates": [], "message": reason}
        answer = await fill(wire, position={"line": 1, "character": 5}, scope="body")
        assert answer["candidates"][0]["text"] == "42"


async def test_a_change_of_the_text_takes_an_edit_back_and_a_completion_does_not(
    engine: Any,
) -> None:
    engine.answers.clear()
    async with serving(engine) as wire:
        wire.open(BODY)
        argument = {"textDocument": {"uri": URI}, "scope": "body"}
        _, answer = wire.ask(
            "workspace/executeCommand", command="unmask.fill", arguments=[argument]
        )
        wire.complete(1, 8)
        while len(engine.requests) < 2:
            await asyncio.sleep(0)
        wire.complete(1, 8)
        assert not answer.done()
        wire.insert(2, 0, 0, "#")
        taken = await asyncio.wait_for(answer, 5)
        assert taken["error"]["code"] == CANCELLED
        engine.answers.set()


async def test_a_code_action_is_offered_where_there_is_a_hole_and_asks_nobody(engine: Any) -> None:
    async with serving(engine, capabilities=CAN_ALL) as wire:
        wire.open(BODY + "\ny = 1\n")
        assert [one["title"] for one in await actions(wire, span(1, 6, 6))] == ["Fill this body"]
        assert [one["title"] for one in await actions(wire, span(3, 0, 5))] == [
            "Fill this selection"
        ]
        assert await actions(wire, span(3, 0, 0)) == []
        assert await actions(wire, span(1, 6, 6), only=["quickfix"]) == []
        assert len(await actions(wire, span(1, 6, 6), only=["refactor"])) == 1
        wire.insert(2, 3, 0, "<FILL_HERE>")
        assert [one["title"] for one in await actions(wire, span(3, 0, 0))] == [
            "Fill every hole in this file"
        ]
        assert engine.requests == []


async def test_a_client_that_resolves_no_edits_is_offered_none(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open(BODY)
        assert await actions(wire, span(1, 6, 6)) == []


async def test_a_code_action_that_is_picked_gets_its_edit(engine: Any) -> None:
    async with serving(engine, capabilities=CAN_ALL) as wire:
        wire.open(BODY)
        (action,) = await actions(wire, span(1, 6, 6))
        assert "edit" not in action
        resolved = await wire.result("codeAction/resolve", **action)
        (change,) = resolved["edit"]["documentChanges"]
        assert change["edits"][0]["newText"] == "42"
        assert engine.requests[0].candidates == 1
        wire.insert(2, 0, 0, "#")
        stale = await wire.result("codeAction/resolve", **action)
        assert "edit" not in stale
        assert shown(wire) == [f"Fill this body: {SilenceReason.STALE}"]


async def test_an_edit_that_was_accepted_is_counted_once_its_command_has_run(engine: Any) -> None:
    engine.text = "return x"
    async with serving(engine, capabilities=CAN_ALL) as wire:
        wire.open(BODY)
        answer = await fill(wire, position={"line": 1, "character": 5}, scope="body")
        (action,) = await actions(wire, span(1, 6, 6))
        resolved = await wire.result("codeAction/resolve", **action)
        for taken in (answer["candidates"][0], resolved):
            await wire.execute(taken["command"]["command"], *taken["command"]["arguments"])
        counts = await wire.execute("unmask.stats")
        assert (counts["shown"], counts["accepted"], counts["acceptedWhole"]) == (2, 2, 2)
        assert counts["charactersSaved"] == 2 * (len("return x") - len("pass"))


async def test_a_part_of_an_accepted_suggestion_is_redone(engine: Any) -> None:
    engine.text = "a + b"
    async with serving(engine, capabilities=CAN_ALL) as wire:
        wire.open("x = \n")
        await wire.completed(0, 4)
        wire.insert(2, 0, 4, "a + b")
        titles = [one["title"] for one in await actions(wire, span(0, 8, 9))]
        assert "Redo this part of the suggestion" in titles
        engine.text = "a + c"
        answer = await fill(wire, range=span(0, 8, 9), scope="redo")
        (change,) = answer["candidates"][0]["edit"]["documentChanges"]
        assert change["edits"][0]["newText"] == "a + c"
