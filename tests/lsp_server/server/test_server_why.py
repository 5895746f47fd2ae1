"""Why and how often, over the wire: explanations, counts, and Copilot's notifications."""

import asyncio
from pathlib import Path
from typing import Any

from wire import URI, Wire, serving


async def shown(wire: Wire) -> dict[str, Any]:
    """The item, as the client gets it."""
    answer = await asyncio.wait_for(wire.complete(0, 4)[1], 5)
    ((item),) = answer["result"]["items"]
    return dict(item)


async def counted(wire: Wire) -> dict[str, Any]:
    return dict(await wire.execute("unmask.stats"))


async def test_accepting_an_item_runs_its_command(engine: Any) -> None:
    engine.text = "total"
    async with serving(engine) as wire:
        wire.open("x = \n")
        item = await shown(wire)
        assert item["command"]["command"] == "unmask.didAccept"
        await wire.execute(item["command"]["command"], *item["command"]["arguments"])
        counts = await counted(wire)
        assert (counts["shown"], counts["accepted"], counts["charactersSaved"]) == (1, 1, 5)
        assert "| characters saved | 5 |" in counts["markdown"]
        assert set(counts["ms"]) == {"context", "window", "engine", "repair", "postprocess"}


async def test_copilots_notifications_are_counted(engine: Any) -> None:
    engine.text = "total(items)"
    async with serving(engine) as wire:
        wire.open("x = \n")
        item = await shown(wire)
        wire.notify("textDocument/didShowCompletion", item=item)
        wire.notify("textDocument/didPartiallyAcceptCompletion", item=item, acceptedLength=5)
        counts = await counted(wire)
        assert (counts["shown"], counts["accepted"], counts["acceptedWhole"]) == (1, 1, 0)
        assert counts["charactersSaved"] == 5


async def test_notifications_that_make_no_sense_do_no_harm(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.notify("textDocument/didShowCompletion")
        wire.notify("textDocument/didShowCompletion", item={"command": None})
        wire.notify("textDocument/didPartiallyAcceptCompletion", item=7, acceptedLength="x")
        wire.notify("textDocument/didFocus")
        wire.notify("unmask/didChangeDiagnostics")
        wire.notify("unmask/didChangeDiagnostics", textDocument={"uri": URI}, diagnostics=7)
        wire.notify("unmask/didChangeDiagnostics", textDocument={"uri": URI}, diagnostics=[7, {}])
        await wire.execute("unmask.didAccept")
        assert (await counted(wire))["accepted"] == 0


async def test_counts_can_be_erased(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.open("x = \n")
        await shown(wire)
        assert (await counted(wire))["shown"] == 1
        await wire.execute("unmask.eraseStats")
        assert (await counted(wire))["shown"] == 0


async def test_the_last_request_is_explained(engine: Any) -> None:
    engine.is_sure(0.01)
    async with serving(engine) as wire:
        assert "Nothing was asked yet" in (await wire.execute("unmask.explainLast"))["markdown"]
        wire.open("x = \n")
        await wire.completed(0, 4)
        told = (await wire.execute("unmask.explainLast"))["markdown"]
        assert "Nothing was shown: the model was not sure enough" in told
        assert "now: ready" in told


def problem(line: object, message: object, severity: int = 1) -> dict[str, Any]:
    here = {"line": line, "character": 0}
    return {"range": {"start": here, "end": here}, "message": message, "severity": severity}


async def test_the_engine_is_shown_what_other_tools_say_near_the_cursor(
    engine: Any, tmp_path: Path
) -> None:
    document = {"uri": (tmp_path / "m.py").as_uri()}
    item = {**document, "languageId": "python", "version": 1, "text": "y = prcie\nx = \n"}
    async with serving(engine, rootUri=tmp_path.as_uri()) as wire:
        wire.notify("textDocument/didOpen", textDocument=item)
        wire.notify(
            "unmask/didChangeDiagnostics",
            textDocument=document,
            diagnostics=[problem(0, "prcie?"), problem(0, "a hint", 4), problem(None, 7)],
        )
        await wire.result(
            "textDocument/inlineCompletion",
            textDocument=document,
            position={"line": 1, "character": 4},
            context={"triggerKind": 2},
        )
        (snippet,) = engine.requests[0].snippets
        assert (snippet.origin, snippet.text) == ("m.py", "# y = prcie: prcie?")
        told = (await wire.execute("unmask.explainLast"))["markdown"]
        assert f"| diagnostics: `m.py` | {len(snippet.text)} |" in told
        wire.notify("workspace/didChangeConfiguration", settings={"unmask": {"budgetMs": 400}})
        await wire.result(
            "textDocument/inlineCompletion",
            textDocument=document,
            position={"line": 1, "character": 4},
            context={"triggerKind": 2},
        )
        assert engine.requests[-1].budget_ms == 400
        assert engine.requests[-1].snippets == (snippet,), "it was not said again, and still holds"


async def test_a_document_that_is_left_out_says_so_on_the_sign(engine: Any) -> None:
    async with serving(engine, initializationOptions={"disabled_languages": ["python"]}) as wire:
        await wire.execute("unmask.explainLast")  # by now the client may be told something
        wire.open("x = \n")
        wire.notify("textDocument/didFocus", textDocument={"uri": URI})
        wire.notify("textDocument/didFocus", textDocument={"uri": "file:///other"})
        await wire.execute("unmask.explainLast")
        signs = [(status["kind"], status["message"]) for status in wire.statuses()]
        assert signs == [
            ("Normal", ""),
            ("Inactive", "switched off for python by unmask.disabledLanguages"),
            ("Normal", ""),
        ]


async def test_a_document_is_no_longer_left_out_when_settings_change(engine: Any) -> None:
    async with serving(engine) as wire:
        wire.notify("textDocument/didFocus", textDocument={"uri": URI})
        wire.open("x = \n")
        for settings in (
            {"enabled": False},
            {"enabled": True},
            {"disabled_languages": ["python"]},
            {"disabled_languages": []},
        ):
            wire.notify("workspace/didChangeConfiguration", settings={"unmask": settings})
            await wire.completed(0, 4)
            is_on = settings in ({"enabled": True}, {"disabled_languages": []})
            assert wire.statuses()[-1]["kind"] == ("Normal" if is_on else "Inactive")


async def test_a_document_that_was_looked_at_before_it_was_open_is_left_out_too(
    engine: Any,
) -> None:
    async with serving(engine, initializationOptions={"disabled_languages": ["python"]}) as wire:
        wire.notify("textDocument/didFocus", textDocument={"uri": URI})
        wire.open("x = \n")
        await wire.execute("unmask.explainLast")
        message = wire.statuses()[-1]["message"]
        assert message == "switched off for python by unmask.disabledLanguages"
