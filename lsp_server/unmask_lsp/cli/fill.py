"""`unmask fill FILE:LINE[:COL]`: print the block that belongs there, or put it there."""

import asyncio
import difflib
import json
import re
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from unmask_lsp.cli.progress_bar import progress_bar
from unmask_lsp.text.source_file import SourceFile

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from unmask_lsp.context.window import ContextWindow
    from unmask_model.client.engine_client import EngineClient
    from unmask_model.client.remote.remote_client import RemoteClient
    from unmask_model.protocol.request import InfillRequest, InfillResult

_LOCATION = re.compile(r"(?P<file>.+?):(?P<line>\d+)(?::(?P<column>\d+))?")
_POSITION = re.compile(r"(\d+):(\d+)")


def fill(  # noqa: PLR0913 -- the options of a command are its arguments
    where: Annotated[
        str,
        typer.Argument(
            metavar="FILE:LINE[:COL]",
            help="Where the block belongs, counted from 1. Without COL it takes the place of all"
            " that is on the line after its indentation.",
        ),
    ],
    end: Annotated[
        str, typer.Option(metavar="LINE:COL", help="End of the text that the block replaces.")
    ] = "",
    model: Annotated[str, typer.Option(help="A model's name, or a base file.")] = "small",
    server: Annotated[
        str, typer.Option(metavar="URL", help="Ask a server elsewhere; the text is sent there.")
    ] = "",
    budget: Annotated[
        float,
        typer.Option(min=0, metavar="MS", help="Milliseconds it may take; 0: as many as it needs."),
    ] = 0.0,
    lines: Annotated[int, typer.Option(min=0, help="Most lines of the block; 0: no limit.")] = 0,
    sampler: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="How places are unmasked: verify, confidence, autoregressive or fixed; without it"
            " as is best for the model.",
        ),
    ] = "",
    seed: Annotated[
        int, typer.Option(min=0, help="Which further candidates: others for other numbers.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Show a diff and edit the file.")] = False,
    no_mirror: Annotated[
        bool, typer.Option("--no-mirror", help="Fetch weights from the publisher only.")
    ] = False,
) -> None:
    """Print the block that belongs at a place of a file, or put it there.

    Example: unmask fill area.py:31 --write
    """
    from unmask_model.protocol.request import InfillRequest

    file, hole = _hole(where, end)
    _keep_private(file, model, server)
    view = _window(file, hole)
    request = InfillRequest(
        left=view.left,
        right=view.right,
        budget_ms=budget,
        max_lines=lines or _most_lines(view),
        sampler=sampler,
        seed=seed,
    )
    result = _ask(request, model, server, mirrors=not no_mirror)
    text, reason = _shown(result, view, hole.start, request.max_lines)
    if as_json:
        typer.echo(_as_json(result, text, reason))
    elif reason:
        Console(stderr=True).print(f"nothing to fill in: {reason}")
    elif not write:
        typer.echo(text)
    if write and not reason:
        after = file.text[: hole.start] + text + file.text[hole.stop :]
        typer.echo(_diff(file, after), nl=False, err=as_json)
        file.write(after)


def _hole(where: str, end: str) -> tuple[SourceFile, slice]:
    """The file, and the characters of it that are to be replaced."""
    found = _LOCATION.fullmatch(where)
    if found is None:
        raise typer.BadParameter(f"{where!r} is not of the form FILE:LINE[:COL]")
    file = SourceFile.open(Path(found["file"]))
    line = int(found["line"])
    if found["column"]:
        start = stop = file.offset(line, int(found["column"]))
    else:
        start, stop = file.line(line)
        start += len(file.text[start:stop]) - len(file.text[start:stop].lstrip(" \t\f"))
    if end:
        position = _POSITION.fullmatch(end)
        if position is None:
            raise typer.BadParameter(f"--end {end!r} is not of the form LINE:COL")
        stop = file.offset(int(position[1]), int(position[2]))
    if stop < start:
        raise typer.BadParameter(f"--end {end} is before {where}")
    return file, slice(start, stop)


def _window(file: SourceFile, hole: slice) -> "ContextWindow":
    """What the model is shown: the file as if the hole were empty."""
    from unmask_lsp.context.window import window
    from unmask_lsp.text.documents import Snapshot

    text = file.text[: hole.start] + file.text[hole.stop :]
    line_start = max(text.rfind("\n", 0, hole.start), text.rfind("\r", 0, hole.start)) + 1
    snapshot = Snapshot(
        uri=file.path.absolute().as_uri(),
        version=0,
        language="",
        text=text.encode(errors="replace").decode(),  # bytes that are no text become `?`
        cursor=hole.start,
        line=text.count("\n", 0, hole.start),
        line_start=line_start,
    )
    return replace(window(snapshot), final=True)


def _most_lines(view: "ContextWindow") -> int:
    from unmask_lsp.settings import Eagerness
    from unmask_lsp.suggest.show_policy import most_lines

    return most_lines(view, Eagerness.MANUAL, 0)


def _keep_private(file: SourceFile, model: str, server: str) -> None:
    """Refuse to send a private file to another machine; raises RequestInvalid."""
    from unmask_lsp.privacy.workspace import Workspace
    from unmask_model.client.remote.remote_models import remote_model
    from unmask_model.protocol.errors import RequestInvalid

    if (server or remote_model(model)) and Workspace([Path.cwd()]).is_private(file.path):
        raise RequestInvalid(
            f"{file.path} is private (ignored, or secret by its name) and not sent elsewhere;"
            " ask a model of this machine, without --server"
        )


def _shown(
    result: "InfillResult", view: "ContextWindow", cursor: int, lines: int
) -> tuple[str, str]:
    """The text that belongs there, or why there is none."""
    from unmask_lsp.suggest.postprocess import suggest
    from unmask_lsp.suggest.suggestion import SilenceReason

    outcome = suggest(result.text, view, cursor=cursor, max_lines=lines)
    return ("", outcome.value) if isinstance(outcome, SilenceReason) else (outcome.text, "")


def _as_json(result: "InfillResult", text: str, reason: str) -> str:
    """`text` belongs into the file; `block` is what the model wrote, with its confidence."""
    return json.dumps(
        {**asdict(result), "text": text, "block": result.text, "hidden": reason}, indent=2
    )


def _ask(request: "InfillRequest", model: str, server: str, *, mirrors: bool) -> "InfillResult":
    from unmask_model.client.connect import connect
    from unmask_model.client.engine_process import find_engine
    from unmask_model.client.remote.remote_models import remote_model
    from unmask_model.protocol.errors import EngineClosed

    if server or remote_model(model):
        result = asyncio.run(_answer(connect(server, model, lambda words, share: None), request))
        if result is None:
            raise EngineClosed(f"{model} went away in the middle of an answer; ask again")
        return result
    try:
        result = asyncio.run(_answer(find_engine(model), request))
    except EngineClosed:
        result = None
    return result or _ask_own(request, model, mirrors=mirrors)


async def _answer(
    reaching: "Awaitable[EngineClient | RemoteClient | None]", request: "InfillRequest"
) -> "InfillResult | None":
    """The answer of a running engine; None if there is none."""
    from unmask_model.protocol.request import InfillResult

    client = await reaching
    if client is None:
        return None
    try:
        async with aclosing(client.fill(request)) as events:
            async for event in events:
                if isinstance(event, InfillResult):
                    return event
    finally:
        await client.aclose()
    return None


def _ask_own(request: "InfillRequest", model: str, *, mirrors: bool) -> "InfillResult":
    """The answer of an engine in this process; fetches its weights if they are not here."""
    from unmask_model.engine.engine import Engine, EngineOptions
    from unmask_model.families.opening import open_model

    for line in _announcement(model):
        Console(stderr=True, highlight=False, soft_wrap=True).print(line)
    with progress_bar() as progress:
        opened = open_model(model, download=True, mirrors=mirrors, progress=progress)
    engine = Engine(
        opened.denoiser, model=opened.name, options=EngineOptions(sampler=opened.sampler)
    )
    if request.budget_ms:
        engine.warm_up()
    *_, result = engine.fill(request)
    return result  # type: ignore[return-value]  # the last event is the result


def _announcement(model: str) -> Iterator[str]:
    """What a person should know before weights are fetched."""
    from unmask_model.weights.bases import is_present
    from unmask_model.weights.catalogue import MODELS
    from unmask_model.weights.sources.cache import Cache

    base = MODELS[model].base if model in MODELS else None
    if base is not None and not is_present(base, Cache.of_user()):
        yield (
            f"{model} needs {base.name}: {base.size / 1e6:.0f} MB by {base.publisher},"
            f" licence {base.licence}; fetching it once"
        )


def _diff(file: SourceFile, after: str) -> str:
    before, name = file.text.splitlines(keepends=True), str(file.path)
    lines = difflib.unified_diff(before, after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
