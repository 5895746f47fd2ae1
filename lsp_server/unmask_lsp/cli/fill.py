"""`unmask fill FILE:LINE[:COL]`: print the block that belongs there, or put it there."""

import asyncio
import difflib
import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from unmask_lsp.cli.fill_engine import fill_engine, remembered
from unmask_lsp.cli.model_name import check_model
from unmask_lsp.cli.progress_bar import block_progress
from unmask_lsp.context.context_picker import ContextPicker
from unmask_lsp.fill.edits import MAX_TOKENS, Filled, Filling
from unmask_lsp.fill.holes import Hole
from unmask_lsp.privacy.secrets import secret_text
from unmask_lsp.privacy.workspace import Workspace
from unmask_lsp.suggest.engine_request import Wanted
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_lsp.text.documents import Documents, Snapshot
from unmask_lsp.text.editor_config import configured_unit
from unmask_lsp.text.source_file import SourceFile
from unmask_model.protocol.errors import RequestInvalid

if TYPE_CHECKING:
    from unmask_model.protocol.request import InfillResult

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
    file, hole = _hole(where, end)
    if not server:  # which has a model of its own
        check_model(model)
    _keep_private(file, model, server)
    wanted = Wanted(
        budget_ms=budget,
        max_lines=lines,
        everywhere=bool(lines),
        max_tokens=MAX_TOKENS,
        sampler=sampler,
        seed=seed,
    )
    found = asyncio.run(_filled(file, hole, wanted, model, server, mirrors=not no_mirror))
    _tell(found, file, hole, as_json=as_json, write=write)
    if found.silence is SilenceReason.BUDGET:
        raise typer.Exit(1)


def _tell(found: Filled, file: SourceFile, hole: Hole, *, as_json: bool, write: bool) -> None:
    """Print what was found or why nothing was; put it into the file where that was asked for."""
    text = found.blocks[0] if found.blocks else ""
    reason = found.silence.value if found.silence else ""
    if found.silence is SilenceReason.SAME and not write:  # that is what belongs there
        text, reason = file.text[hole.start : hole.end], ""
    if as_json:
        typer.echo(_as_json(found.trace.result, text, reason))
    elif reason:
        Console(stderr=True, soft_wrap=True).print(f"nothing to fill in: {reason}")
    elif not write:
        typer.echo(text)
    if write and not reason:
        after = file.text[: hole.start] + text + file.text[hole.end :]
        typer.echo(_diff(file, after), nl=False, err=as_json)
        file.write(after)


def _hole(where: str, end: str) -> tuple[SourceFile, Hole]:
    """The file, and the characters of it that are to be replaced."""
    found = _LOCATION.fullmatch(where)
    if found is None:
        raise typer.BadParameter(f"{where!r} is not of the form FILE:LINE[:COL]")
    file = SourceFile.open(Path(found["file"]))
    position = _POSITION.fullmatch(end)
    if end and position is None:
        raise typer.BadParameter(f"--end {end!r} is not of the form LINE:COL")
    try:
        start, stop = _place(file, int(found["line"]), found["column"])
        stop = file.offset(int(position[1]), int(position[2])) if position else stop
    except RequestInvalid as error:  # the file has no such place
        raise typer.BadParameter(str(error)) from error
    if stop < start:
        raise typer.BadParameter(f"--end {end} is before {where}")
    return file, Hole(start=start, end=stop)


def _place(file: SourceFile, line: int, column: str | None) -> tuple[int, int]:
    """A place in a line, or all that is on it after its indentation."""
    if column:
        start = file.offset(line, int(column))
        return start, start
    start, stop = file.line(line)
    return start + len(file.text[start:stop]) - len(file.text[start:stop].lstrip(" \t\f")), stop


async def _filled(  # noqa: PLR0913 -- what the command was told
    file: SourceFile, hole: Hole, wanted: Wanted, model: str, server: str, *, mirrors: bool
) -> Filled:
    """What belongs into the hole; raises UnmaskError."""
    snapshot = await _surrounded(file, hole)
    with block_progress() as show:
        async with fill_engine(model, server, show, mirrors=mirrors) as engine:
            snapshot = await remembered(snapshot, await engine.memory())
            filling = Filling(snapshot=snapshot, wanted=wanted, filler=engine)
            return await filling.fill(snapshot.text, hole)


async def _surrounded(file: SourceFile, hole: Hole) -> Snapshot:
    """The file, with what goes with it of the working folder: what it imports, above all."""
    text = file.text.encode(errors="replace").decode()  # bytes that are no text become `?`
    uri = file.path.absolute().as_uri()
    documents = Documents()
    documents.open(uri=uri, version=0, language="", text=text)
    picker = ContextPicker(Workspace([Path.cwd()]))
    picker.indexer.follow("", documents)
    await picker.indexer.idle()
    start = Snapshot(uri=uri, version=0, language="", text="", cursor=0, line=0, line_start=0)
    snapshot = start.at(text, hole.start)
    snippets = picker.choose(snapshot, documents).snippets
    return replace(snapshot, snippets=snippets, indent_unit=configured_unit(file.path))


def _keep_private(file: SourceFile, model: str, server: str) -> None:
    """Refuse to send a private file to another machine; raises RequestInvalid."""
    from unmask_model.client.remote.remote_models import remote_model

    rule = Workspace([Path.cwd()]).rule_of(file.path) or secret_text(file.text)
    if rule and (server or remote_model(model)):
        raise RequestInvalid(
            f"{file.path} is private and not sent elsewhere: {rule}; ask a model of this machine,"
            " without --server"
        )


def _as_json(result: "InfillResult | None", text: str, reason: str) -> str:
    """`text` belongs into the file; `block` is what the model wrote, with its confidence."""
    assert result is not None
    return json.dumps(
        {**asdict(result), "text": text, "block": result.text, "hidden": reason}, indent=2
    )


def _diff(file: SourceFile, after: str) -> str:
    before, name = file.text.splitlines(keepends=True), str(file.path)
    lines = difflib.unified_diff(before, after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
