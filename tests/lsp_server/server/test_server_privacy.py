"""Over the wire: nothing of a private file is shown around, or completed in."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from wire import serving, span

NOTHING: dict[str, Any] = {"items": []}


async def completed_in(engine: Any, path: Path, **initialize: Any) -> Any:
    async with serving(engine, **initialize) as wire:
        item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": "x = "}
        wire.notify("textDocument/didOpen", textDocument=item)
        return await wire.result(
            "textDocument/inlineCompletion",
            textDocument={"uri": path.as_uri()},
            position={"line": 0, "character": 4},
            context={"triggerKind": 2},
        )


@pytest.mark.parametrize("name", [".env", "ignored.py", "mine.py"])
async def test_a_private_file_is_sent_to_no_engine(engine: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    found = await completed_in(
        engine,
        tmp_path / name,
        workspaceFolders=[{"uri": tmp_path.as_uri(), "name": "project"}],
        initializationOptions={"excluded_files": ["mine.*"]},
    )
    assert found == NOTHING
    assert engine.requests == []


@pytest.mark.parametrize(
    "roots",
    [
        lambda folder: {"rootUri": folder.as_uri()},
        lambda folder: {"rootPath": str(folder)},
        lambda folder: {},
    ],
)
async def test_other_files_are_completed_in_wherever_they_are(
    engine: Any, tmp_path: Path, roots: Any
) -> None:
    found = await completed_in(engine, tmp_path / "m.py", **roots(tmp_path))
    assert found["items"][0]["insertText"] == "42"


async def test_folders_may_come_and_go(engine: Any, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("inner/*.py\n")
    async with serving(engine) as wire:
        folder = {"uri": (tmp_path / "inner").as_uri(), "name": "inner"}
        wire.notify("workspace/didChangeWorkspaceFolders", event={"added": [folder], "removed": []})
        item = {
            "uri": (tmp_path / "inner" / "m.py").as_uri(),
            "languageId": "python",
            "version": 1,
            "text": "x = ",
        }
        wire.notify("textDocument/didOpen", textDocument=item)
        found = await wire.result(
            "textDocument/inlineCompletion",
            textDocument={"uri": item["uri"]},
            position={"line": 0, "character": 4},
            context={"triggerKind": 2},
        )
        assert found == NOTHING


async def test_context_of_other_files_can_be_switched_off(engine: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    for is_on in (True, False):
        options = {"cross_file_context": is_on}
        async with serving(
            engine, rootUri=tmp_path.as_uri(), initializationOptions=options
        ) as wire:
            for name, text in (
                ("b.py", "def make_box(): ...\n"),
                ("m.py", "import b\n\nmake_box("),
            ):
                item = {"uri": (tmp_path / name).as_uri(), "languageId": "python", "version": 1}
                wire.notify("textDocument/didOpen", textDocument=item | {"text": text})
            for count in range(20):  # until the other file was read
                await wire.result(
                    "textDocument/inlineCompletion",
                    textDocument={"uri": (tmp_path / "m.py").as_uri()},
                    position={"line": 2, "character": 9 - count % 2},
                    context={"triggerKind": 2},
                )
                await asyncio.sleep(0.01)
        assert any(request.snippets for request in engine.requests) == is_on
        engine.requests.clear()


async def test_looking_at_a_file_changes_nothing_of_what_goes_with_it(
    engine: Any, tmp_path: Path
) -> None:
    """The status item and the offer of fills ask about other places of the document."""
    (tmp_path / "shapes.py").write_text("def circle(radius): ...\n")
    text = "from shapes import circle\n" + f"# {'-' * 60}\n" * 60 + "circle("
    uri = (tmp_path / "m.py").as_uri()
    async with serving(engine, rootUri=tmp_path.as_uri()) as wire:
        item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        wire.notify("textDocument/didOpen", textDocument=item)
        for number in range(12):
            wire.notify("textDocument/didFocus", textDocument={"uri": uri})
            await wire.result(
                "textDocument/inlineCompletion",
                textDocument={"uri": uri},
                position={"line": 61, "character": 7},
                context={"triggerKind": 2},
            )
            change = {"range": span(61, 7, 7), "text": "(" * (number + 1)}
            version = {"uri": uri, "version": number + 2}
            wire.notify("textDocument/didChange", textDocument=version, contentChanges=[change])
            await asyncio.sleep(0.02)
    told = [request.snippets for request in engine.requests]
    assert told[-1]
    assert len(set(told)) <= 2  # before and after the files were read


async def test_a_secret_is_completed_in_here_and_sent_nowhere_else(
    engine: Any, tmp_path: Path
) -> None:
    path = tmp_path / "credentials.py"
    uri, text = path.as_uri(), "KEY = 'AKIA" + "Q3" * 8 + "'\nx = "
    for server, count in (("", 1), ("https://gpu.example.org", 0)):
        engine.requests.clear()
        async with serving(engine, initializationOptions={"server": server}) as wire:
            item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            wire.notify("textDocument/didOpen", textDocument=item)
            wire.notify("textDocument/didFocus", textDocument={"uri": uri})
            found = await wire.result(
                "textDocument/inlineCompletion",
                textDocument={"uri": uri},
                position={"line": 1, "character": 4},
                context={"triggerKind": 1},
            )
        assert len(found["items"]) == len(engine.requests) == count
    assert "it holds a key of AWS" in wire.statuses()[-1]["message"]


async def test_an_edited_region_with_a_secret_goes_with_no_other_file(
    engine: Any, tmp_path: Path
) -> None:
    token = "ghp_" + "a1B2" * 9
    async with serving(engine, rootUri=tmp_path.as_uri()) as wire:
        for name in ("settings.py", "m.py"):
            item = {
                "uri": (tmp_path / name).as_uri(),
                "languageId": "python",
                "version": 1,
                "text": "x = \n",
            }
            wire.notify("textDocument/didOpen", textDocument=item)
        edited = {"uri": (tmp_path / "settings.py").as_uri(), "version": 2}
        change = {"range": span(0, 4, 4), "text": f"'{token}'"}
        wire.notify("textDocument/didChange", textDocument=edited, contentChanges=[change])
        await wire.result(
            "textDocument/inlineCompletion",
            textDocument={"uri": (tmp_path / "m.py").as_uri()},
            position={"line": 0, "character": 4},
            context={"triggerKind": 1},
        )
    assert engine.requests
    assert token not in repr(engine.requests)
