"""A session that reports every file it opens: run as a program, with the workspace as argument.

Standard output is a JSON list of the paths that were opened once the server was up.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from conftest import FakeEngine
from wire import serving

OPENED: list[str] = []
EXPECTED = {"shapes.py", "near.py"}
"""Files that a request shows once they were read in the background."""
LEAST, LONGEST = 30, 1000
"""Requests of a session: so many at least, more on a busy machine."""


async def session(root: Path) -> None:
    engine = FakeEngine()
    folders = [{"uri": root.as_uri(), "name": root.name}]
    options = {"excluded_files": ["*.contract.py"]}
    async with serving(engine, workspaceFolders=folders, initializationOptions=options) as wire:
        documents = {path: path.read_text() for path in sorted(root.rglob("open_*"))}
        sys.addaudithook(note)
        for path, text in documents.items():
            item = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": text}
            wire.notify("textDocument/didOpen", textDocument=item)
        for number in range(LONGEST):
            if number >= LEAST and set(origins(engine)) >= EXPECTED:
                break
            await wire.result(
                "textDocument/inlineCompletion",
                textDocument={"uri": (root / "open_main.py").as_uri()},
                position={"line": 1000 * (number % 2), "character": 1000},
                context={"triggerKind": 2},
            )
            await asyncio.sleep(0.02)
    said = origins(engine)
    told = [file.name for update in engine.told for file in update.files if file.text is not None]
    print(json.dumps({"opened": OPENED, "shown": said, "told": told}))  # noqa: T201 -- its answer


def origins(engine: FakeEngine) -> list[str]:
    return [snippet.origin for request in engine.requests for snippet in request.snippets]


def note(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | bytes):
        OPENED.append(arguments[0] if isinstance(arguments[0], str) else arguments[0].decode())


if __name__ == "__main__":
    asyncio.run(session(Path(sys.argv[1])))
