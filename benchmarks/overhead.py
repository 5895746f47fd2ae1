"""What the language server adds to the engine's time, over the wire, on files of any length.

The engine answers at once. One character is typed and a suggestion asked for, again and again, at
several places of a Python file: what is timed is from sending the edit to having the answer. Then
the same for what is suggested: typing it gets the rest of it, and the engine is not asked.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import typer
from instant import BLOCK
from pipe import Pipe, pipe_to
from results import percentiles, run, write
from rich.console import Console
from rich.table import Table

from unmask_model.protocol.errors import EngineClosed

LINES = (100, 1_000, 10_000, 50_000)
TYPED = "    amount = price * (1 + rate) - rebate(customer, price)"
"""Typed at each place; not what the engine proposes, so that it is asked at every key."""
PLACES = (0.1, 0.5, 0.9)
"""Where in the file, as shares of its lines."""
LANGUAGE = "python"
OPTIONS = {"eagerness": "eager"}
"""Settings: a request inside words too."""


def source(lines: int) -> str:
    """Return a file of so many lines: short functions, each a little different."""
    functions = (
        f"def step_{number}(one: int, other: int) -> int:\n"
        f'    """Return what comes of {number} and the like."""\n'
        f"    first = one * {number} + other\n"
        f"    if first > {number % 97}:\n"
        f"        first -= step_{number // 2}(other, first)\n"
        f"    return first\n\n\n"
        for number in range(lines // 8 + 1)
    )
    return "\n".join("".join(functions).split("\n")[:lines]) + "\n"


async def measure(file: Path, lines: int) -> dict[str, Any]:
    """Return milliseconds a key, and of the server's stages, in a file of so many lines."""
    file.write_text(source(lines), encoding="utf-8")
    async with pipe_to(sys.executable, str(Path(__file__).with_name("instant.py"))) as pipe:
        await _open(pipe, file)
        await _type(pipe, file.as_uri(), lines // 4)  # the first request loads what all need
        ms = [
            one
            for place in PLACES
            for one in await _type(pipe, file.as_uri(), _blank(file, int(lines * place)))
        ]
        stats = await _stats(pipe)
        through = [
            one
            for place in PLACES
            for one in await _follow(pipe, file.as_uri(), _blank(file, int(lines * place)) + 1)
        ]
        typed = (await _stats(pipe))["typedThrough"] - stats["typedThrough"]
    if stats["asked"] < 0.9 * len(ms):  # what is typed may be what was shown
        raise EngineClosed(f"the engine was asked {stats['asked']} times only; see what failed")
    if typed < len(through):
        raise EngineClosed(f"{typed} of {len(through)} keys were typed through only")
    figures = {**percentiles(ms), "through": percentiles(through), "stages": stats["ms"]}
    return {"lines": lines, "keys": len(ms), **figures}


async def _stats(pipe: Pipe) -> Any:
    return await pipe.ask("workspace/executeCommand", command="unmask.stats", arguments=[])


async def _open(pipe: Pipe, file: Path) -> None:
    folder = {"uri": file.parent.as_uri(), "name": "project"}
    general = {"positionEncodings": ["utf-16"]}
    await pipe.ask(
        "initialize",
        processId=None,
        rootUri=folder["uri"],
        workspaceFolders=[folder],
        capabilities={"general": general},
        initializationOptions=OPTIONS,
    )
    pipe.notify("initialized")
    document = {"uri": file.as_uri(), "languageId": LANGUAGE, "version": 1}
    text = file.read_text(encoding="utf-8")
    pipe.notify("textDocument/didOpen", textDocument={**document, "text": text})


async def _follow(pipe: Pipe, uri: str, line: int) -> list[float]:
    """Type all that is suggested on a blank line but its end; milliseconds a key."""
    await _ask(pipe, uri, line, 0)
    return await _type(pipe, uri, line, BLOCK[:-1])


async def _type(pipe: Pipe, uri: str, line: int, text: str = TYPED) -> list[float]:
    ms = []
    for column, character in enumerate(text):
        here = {"line": line, "character": column}
        change = {"range": {"start": here, "end": here}, "text": character}
        start = perf_counter()
        pipe.notify(
            "textDocument/didChange",
            textDocument={"uri": uri, "version": 2},
            contentChanges=[change],
        )
        await _ask(pipe, uri, line, column + 1)
        ms.append((perf_counter() - start) * 1000)
    return ms


async def _ask(pipe: Pipe, uri: str, line: int, column: int) -> None:
    await pipe.ask(
        "textDocument/inlineCompletion",
        textDocument={"uri": uri},
        position={"line": line, "character": column},
        context={"triggerKind": 2},
    )


def _blank(file: Path, line: int) -> int:
    """Return the number of the next blank line."""
    lines = file.read_text(encoding="utf-8").split("\n")
    return next(number for number in range(line, len(lines)) if not lines[number])


def main(
    out: Annotated[Path | None, typer.Option(help="File for all figures, as JSON.")] = None,
) -> None:
    """Print milliseconds a key by length of the file, and how they grow."""
    names = ("lines", "keys", "p50 ms", "p95 ms", "typed through: p50", "p95", "p95 of the stages")
    table = Table(*names, box=None)
    with TemporaryDirectory() as folder:
        found = [asyncio.run(measure(Path(folder) / "typed.py", lines)) for lines in LINES]
    for row in found:
        stages = ", ".join(f"{stage} {ms['p95']:g}" for stage, ms in row["stages"].items())
        kinds = (row, row["through"])
        ms = (f"{kind[share]:.1f}" for kind in kinds for share in ("p50", "p95"))
        table.add_row(f"{row['lines']:,}", str(row["keys"]), *ms, stages)
    Console(highlight=False, soft_wrap=True).print(table)
    growth = found[-1]["p95"] / found[0]["p95"]
    print(f"p95 at {LINES[-1]:,} lines is {growth:.1f} times that at {LINES[0]:,}")
    write(out, {"rows": found, "growth": growth})


if __name__ == "__main__":
    run(main)
