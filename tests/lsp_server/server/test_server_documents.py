"""Kinds of documents and of clients, over the wire: notebooks, untitled ones, popups."""

import asyncio
from typing import Any

import pytest
from wire import NOTHING, URI, Wire, serving, span

from unmask_model.protocol.errors import EngineBusy

NOTEBOOK = "file:///project/n.ipynb"
INLINE = {"textDocument": {"inlineCompletion": {}}}


def cell(name: str, text: str) -> dict[str, Any]:
    uri = f"vscode-notebook-cell:/project/n.ipynb#{name}"
    return {"uri": uri, "languageId": "python", "version": 1, "text": text}


def kinds(*cells: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"kind": 2, "document": one["uri"]} for one in cells]


def open_notebook(wire: Wire, *cells: dict[str, Any]) -> None:
    notebook = {"uri": NOTEBOOK, "notebookType": "jupyter", "version": 1, "cells": kinds(*cells)}
    wire.notify(
        "notebookDocument/didOpen", notebookDocument=notebook, cellTextDocuments=list(cells)
    )


def change_notebook(wire: Wire, **cells: Any) -> None:
    wire.notify(
        "notebookDocument/didChange",
        notebookDocument={"uri": NOTEBOOK, "version": 2},
        change={"cells": cells},
    )


async def in_cell(wire: Wire, cell: dict[str, Any], line: int, character: int) -> Any:
    return await wire.result(
        "textDocument/inlineCompletion",
        textDocument={"uri": cell["uri"]},
        position={"line": line, "character": character},
        context={"triggerKind": 2},
    )


async def test_cells_of_a_notebook_are_context_of_each_other(engine: Any) -> None:
    first, second, third = cell("1", "import x"), cell("2", "y = 1\nz = "), cell("3", "print(z)")
    async with serving(engine, capabilities={"notebookDocument": {"synchronization": {}}}) as wire:
        sync = wire.replies["initialize"]["capabilities"]["notebookDocumentSync"]
        assert sync["notebookSelector"] == [{"cells": [{"language": "*"}]}]
        open_notebook(wire, first, second, third)
        ((only),) = (await in_cell(wire, second, 1, 4))["items"]
        assert (only["insertText"], only["range"]) == ("42", span(1, 4, 4))
        assert engine.requests[-1].left == "import x\ny = 1\nz = "
        assert engine.requests[-1].right == "\nprint(z)"


async def test_changes_of_a_notebook_are_followed(engine: Any) -> None:
    first, second, third = cell("1", "import x"), cell("2", "z = "), cell("3", "print(z)")
    async with serving(engine) as wire:
        open_notebook(wire, first, second)
        array = {"start": 0, "deleteCount": 1, "cells": kinds(third)}
        change_notebook(
            wire,
            structure={"array": array, "didOpen": [third], "didClose": [{"uri": first["uri"]}]},
            textContent=[
                {
                    "document": {"uri": second["uri"], "version": 2},
                    "changes": [{"range": span(0, 0, 1), "text": "y"}],
                }
            ],
        )
        await in_cell(wire, second, 0, 4)
        assert engine.requests[-1].left == "print(z)\ny = "
        wire.notify(
            "notebookDocument/didClose",
            notebookDocument={"uri": NOTEBOOK},
            cellTextDocuments=[{"uri": one["uri"]} for one in (second, third)],
        )
        assert await in_cell(wire, second, 0, 4) == NOTHING


async def test_other_changes_of_a_notebook_do_no_harm(engine: Any) -> None:
    async with serving(engine) as wire:
        change_notebook(wire)
        wire.notify(
            "notebookDocument/didChange",
            notebookDocument={"uri": NOTEBOOK, "version": 3},
            change={"metadata": {"kernel": 1}},
        )
        assert await in_cell(wire, cell("1", ""), 0, 0) == NOTHING


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "inmemory://model/1", "file:///a%20b.py"])
async def test_documents_need_no_file(engine: Any, uri: str) -> None:
    async with serving(engine) as wire:
        item = {"uri": uri, "languageId": "python", "version": 1, "text": ""}
        wire.notify("textDocument/didOpen", textDocument=item)
        ((only),) = (await in_cell(wire, item, 0, 0))["items"]
        assert only["insertText"] == "42"


async def popup(wire: Wire, line: int, character: int) -> Any:
    return await wire.result(
        "textDocument/completion",
        textDocument={"uri": URI},
        position={"line": line, "character": character},
        context={"triggerKind": 1},
    )


async def test_clients_that_draw_inline_are_offered_no_popup(engine: Any) -> None:
    for initialize in ({"capabilities": INLINE}, {"clientInfo": {"name": "emacs"}}):
        async with serving(engine, **initialize) as wire:
            assert "completionProvider" not in wire.replies["initialize"]["capabilities"]
    async with serving(engine) as wire:
        assert "completionProvider" in wire.replies["initialize"]["capabilities"]


async def test_a_popup_has_the_whole_block_under_its_first_line(engine: Any) -> None:
    engine.text = "total = a + b\n    return total"
    async with serving(engine) as wire:
        wire.open("def f(a, b):\n    \n")
        ((only),) = (await popup(wire, 1, 4))["items"]
        assert only["label"] == "total = a + b (+1 lines)"
        assert only["textEdit"] == {"range": span(1, 4, 4), "newText": engine.text}
        assert only["insertTextMode"] == 1  # as is: it is indented already
        await wire.execute(only["command"]["command"], *only["command"]["arguments"])
        assert (await wire.execute("unmask.stats"))["accepted"] == 1


async def test_a_popup_takes_the_word_along_that_clients_filter_by(engine: Any) -> None:
    engine.text = "al(items)"
    async with serving(engine) as wire:
        wire.open("x = '😀' + tot\n")
        ((only),) = (await popup(wire, 0, 14))["items"]
        assert only["filterText"] == only["label"] == "total(items)"
        assert only["textEdit"] == {"range": span(0, 11, 14), "newText": "total(items)"}


async def test_a_popup_is_empty_where_there_is_nothing(engine: Any) -> None:
    engine.fails = [EngineBusy("full")]
    async with serving(engine) as wire:
        assert (await popup(wire, 0, 0))["items"] == []
        wire.open("x = \n")
        assert (await popup(wire, 0, 4))["items"] == []


async def test_a_popup_and_an_edit_are_one_after_the_other(engine: Any) -> None:
    engine.answers.clear()
    async with serving(engine) as wire:
        wire.open("x = \n")
        asked = asyncio.create_task(popup(wire, 0, 4))
        while not engine.requests:
            await asyncio.sleep(0)
        wire.insert(2, 0, 4, "4")
        assert (await asked)["code"] == -32800


async def fill_cell(wire: Wire, cell: dict[str, Any], place: Any, scope: str) -> Any:
    argument = {"textDocument": {"uri": cell["uri"]}, "range": place, "scope": scope}
    return await wire.execute("unmask.fill", argument)


async def test_a_cell_is_filled_with_the_other_cells_in_view(engine: Any) -> None:
    first, second, third = cell("1", "import x"), cell("2", "y = 1\nz = 0"), cell("3", "print(z)")
    async with serving(engine) as wire:
        open_notebook(wire, first, second, third)
        ((only),) = (await fill_cell(wire, second, span(1, 4, 5), "selection"))["candidates"]
        assert only["edit"]["changes"] == {
            second["uri"]: [{"range": span(1, 4, 5), "newText": "42"}]
        }
        assert engine.requests[-1].left == "import x\ny = 1\nz = "
        assert engine.requests[-1].right == "\nprint(z)"


async def test_a_part_is_redone_in_a_cell_with_cells_above(engine: Any) -> None:
    engine.text = "a + b"
    first, second = cell("1", "import x"), cell("2", "z = ")
    async with serving(engine) as wire:
        open_notebook(wire, first, second)
        await in_cell(wire, second, 0, 4)
        change = {"range": span(0, 4, 4), "text": "a + b"}
        document = {"uri": second["uri"], "version": 2}
        change_notebook(wire, textContent=[{"document": document, "changes": [change]}])
        engine.text = "a + c"
        ((only),) = (await fill_cell(wire, second, span(0, 8, 9), "redo"))["candidates"]
        assert only["edit"]["changes"] == {
            second["uri"]: [{"range": span(0, 4, 9), "newText": "a + c"}]
        }


async def test_marks_in_other_cells_are_left_alone(engine: Any) -> None:
    mark = "x = <FILL_HERE>"
    first, second, third = cell("1", mark), cell("2", mark), cell("3", mark)
    async with serving(engine) as wire:
        open_notebook(wire, first, second, third)
        ((only),) = (await fill_cell(wire, second, span(0, 0, 0), "file"))["candidates"]
        assert only["edit"]["changes"] == {
            second["uri"]: [{"range": span(0, 4, 15), "newText": "42"}]
        }
