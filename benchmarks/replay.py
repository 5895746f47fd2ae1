"""What a person gains who types: recorded sessions, replayed through the real server.

Every key is a change and a request; the person waits for the answer. For each eagerness: what is
saved, what is in the way, and how often the engine is asked.
"""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from person import Figures, Person, Recording
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table
from server_session import Editor, server_session

from unmask_lsp.settings import Eagerness
from unmask_model.protocol.errors import EngineClosed

RECORDINGS = Path(__file__).parents[1] / "tests" / "cases" / "replay"


def main(
    model: Annotated[str, typer.Option(help="Model that answers.")] = "small",
    eagerness: Annotated[list[Eagerness] | None, typer.Option(help="Default: all three.")] = None,
    budget: Annotated[float, typer.Option(min=0, help="Milliseconds; 0: no deadline.")] = 300.0,
    recordings: Annotated[Path, typer.Option(help="Folder of recordings.")] = RECORDINGS,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Replay all recordings at each eagerness."""
    read = {file.stem: read_recording(file) for file in sorted(recordings.glob("*.json"))}
    levels = eagerness or [Eagerness.QUIET, Eagerness.NORMAL, Eagerness.EAGER]
    found = asyncio.run(replay(list(read.values()), levels, model=model, budget_ms=budget))
    Console().print(table(found))
    summed = {level: {**asdict(one), **_times(one)} for level, one in found.items()}
    write(out, {"model": model, "budget_ms": budget, "recordings": list(read), "figures": summed})


def read_recording(file: Path) -> Recording:
    """Read a recording."""
    return Recording(**json.loads(file.read_text(encoding="utf-8")))


async def replay(
    recordings: list[Recording], levels: list[Eagerness], **settings: str | float
) -> dict[str, Figures]:
    """Return what was counted at each eagerness, over all recordings."""
    found = {}
    async with server_session(**settings) as editor:
        for level in levels:
            editor.configure(**settings, eagerness=level.value)
            worked = [await _work(editor, one) for one in progress(recordings, level.value)]
            found[level.value] = sum(worked, Figures())
    if not any(figures.engine for figures in found.values()):
        raise EngineClosed("no engine answered; `unmask doctor` says what is missing")
    return found


async def _work(editor: Editor, recording: Recording) -> Figures:
    editor.open(recording.language, recording.left + recording.right)
    person = Person(recording=recording, ask=editor.ask)
    text = await person.work()
    assert text == recording.text, "what is taken is what would have been typed"
    return person.figures


def table(found: dict[str, Figures]) -> Table:
    """One row an eagerness, a hundred keys each."""
    counted = ("keys", "saved", "wrong", "shown", "taken", "engine", "without engine", "flickers")
    timed = ("p50 ms", "p95 ms", "p50 without", "p95 without")
    made = Table("eagerness", *counted, *timed, title="for each 100 keys pressed")
    for level, one in found.items():
        counts = (one.saved, one.wrong, one.shown, one.taken, one.engine)
        made.add_row(
            level,
            str(one.keys),
            *(f"{100 * count / max(1, one.keys):.1f}" for count in counts),
            f"{one.answered_alone / max(1, one.answered):.0%}",
            str(one.flickers),
            *(f"{ms:.1f}" for times in _times(one).values() for ms in times.values()),
        )
    return made


def _times(one: Figures) -> dict[str, Any]:
    """Percentiles of the milliseconds of answers, with the engine and without."""
    return {"ms": percentiles(one.ms or [0.0]), "ms_alone": percentiles(one.ms_alone or [0.0])}


if __name__ == "__main__":
    run(main)
