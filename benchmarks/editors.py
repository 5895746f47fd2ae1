"""From a key to drawn ghost text in real editors, and where the time goes.

`PYTHONPATH=tests python benchmarks/editors.py --model small` (Linux): a file of small functions is
opened. In one after the other a space is typed, as somebody does who then rests, while the engine
reads what is around; then a letter, with which nothing suggested there goes on, so that the engine
is asked. Its answer is waited for and accepted. `tap.py` stands between editor and server
and tells when the request came and when the answer left.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Annotated, Any

import typer
from results import percentiles, progress, run, write
from rich.console import Console
from rich.table import Table
from screens import EDITORS, Profile, Screen

from unmask_lsp.stats import stats_file as count_file
from unmask_model.client.connect import connect
from unmask_model.client.engine_process import RUNTIME_VARIABLE, end_engine
from unmask_model.protocol.request import InfillRequest
from unmask_model.weights.sources import cache

SPARE = 2
"""Places to begin with, untimed, until something is drawn."""
EXAMPLES = 3
"""Functions above the places."""
TIMEOUT_S = 10.0
CALM_S = 1.5
"""A rest: what goes on after a suggestion was accepted, or shown, is over by then."""
LOOKING = 3
"""A pause between two looks is so many times as long as one: a look takes time from the engine."""
SPACE = " "
"""What is typed before a rest."""
WORDS = {"h": "eight", "l": "ength"}
"""The keys that are timed, in turn, because a model repeats the last; and how each goes on."""
HEAD, WHOLE = "def volume(width, height, length):\n    ", "width * height * length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One key whose suggestion was drawn; moments in seconds of the monotonic clock."""

    pressed: float
    """Before the key was sent to the editor."""
    echoed: float
    """When the character was seen."""
    drawn: float
    """When more than the character was seen."""
    look_ms: float
    """Between two looks at the screen: what is seen may have been there so much sooner."""


def source(places: int) -> str:
    """Return a file of so many functions, each with a line that a key goes on with.

    Some that are whole come first, so that a real model is sure how it goes on: not with the key.
    """
    whole = [f"total_{k} = {WHOLE}" for k in range(EXAMPLES)]
    begun = [name(k) for k in range(places)]
    functions = (f"{HEAD}{body}\n\n\n" for body in (*whole, *begun))
    return "".join(functions)


def name(place: int) -> str:
    """Return what stands in the line of a place."""
    return f"size_{place} ="


def key(place: int) -> str:
    """Return the key that is timed at a place."""
    return [*WORDS][place % len(WORDS)]


def rules(places: int) -> list[dict[str, str]]:
    """Return what the model `scripted` answers, if it is the one that is asked.

    Of two rules that fit, the one with more text on its left is the surer: the one of the rest.
    """
    rest = [(HEAD + name(k) + SPACE, WHOLE) for k in range(places)]
    keyed = [(name(k) + SPACE + key(k), WORDS[key(k)]) for k in range(places)]
    return [{"left_ends_with": left, "answer": answer} for left, answer in (*rest, *keyed)]


def line(place: int) -> int:
    """Return the line of a place, counted from 1."""
    return 4 * (EXAMPLES + place) + 2


def press(screen: Screen, place: int) -> Press | None:
    """Press the key at a place, after a rest; None if nothing is drawn in time."""
    screen.go(line(place))
    screen.key(SPACE)
    sleep(CALM_S)
    typed, echoed, looks = name(place) + SPACE, 0.0, 0
    resting = behind(typed, screen.text()) or ""
    pressed = monotonic()
    screen.key(key(place))
    began = monotonic()
    while (now := monotonic()) < pressed + TIMEOUT_S:
        looks += 1
        drawn = behind(typed + key(place), screen.text())
        seen = monotonic()
        echoed = echoed or (0.0 if drawn is None else seen)
        if drawn and drawn not in (resting, resting[1:]):  # a key may cover what was drawn
            look_ms = (seen - began) * 1000 / looks
            return Press(pressed=pressed, echoed=echoed, drawn=seen, look_ms=look_ms)
        sleep(max(0.001, LOOKING * (seen - now)))
    return None


def behind(typed: str, screen: str) -> str | None:
    """Return what is drawn behind some text, on its line; None where that is not on the screen."""
    _, found, rest = screen.partition(typed)
    return rest.partition("\n")[0].strip() if found else None


def stages(press: Press, notes: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return where the milliseconds of a key went, by the notes of the tap.

    Nothing where no answer of the engine came before something was drawn: it was the rest of what
    had been there.
    """
    asked = {note["asked"]: note["at"] for note in notes if "asked" in note}
    shown = [note for note in notes if note.get("items")]
    engine = [note["engine_ms"] for note in notes if "engine_ms" in note]
    during = [k for k, note in enumerate(shown) if press.pressed <= note["at"] <= press.drawn]
    if not during:
        return {}
    number, answer = during[-1], shown[during[-1]]
    if not engine[number]:
        return {}
    request = asked[answer["answered"]]
    within = (answer["at"] - request) * 1000
    return {
        "key to drawn": (press.drawn - press.pressed) * 1000,
        "editor waits": (request - press.pressed) * 1000,
        "server": within - engine[number],
        "engine": float(engine[number]),
        "drawing": (press.drawn - answer["at"]) * 1000,
        "character seen": (press.echoed - press.pressed) * 1000,
        "between looks": press.look_ms,
    }


async def measure_all(
    editors: Sequence[str], keys: int, command: Sequence[str], settings: dict[str, Any]
) -> dict[str, Any]:
    """Measure in one editor after the other, which all find the engine as it is after a while.

    It is kept while this client is there: an editor may take longer to start than an engine waits.
    """
    client = await connect("", settings["model"], lambda *_: None)
    try:
        async for _ in client.fill(InfillRequest(left="size = ", right="", max_tokens=4)):
            pass
        return {
            one: await asyncio.to_thread(measure, one, keys, command, settings) for one in editors
        }
    finally:
        await client.aclose()
        await end_engine(settings["model"])


def measure(editor: str, keys: int, command: Sequence[str], settings: dict[str, Any]) -> Any:
    """Return percentiles of every stage in an editor, and how many keys were answered."""
    with TemporaryDirectory(prefix="unmask-") as folder:
        home, project = Path(folder), Path(folder) / "project"
        (project / ".git").mkdir(parents=True)
        file = project / "areas.py"
        file.write_text(source(SPARE + keys), encoding="utf-8")
        notes = home / "notes"
        tapped = (sys.executable, str(Path(__file__).with_name("tap.py")), str(notes), *command)
        profile = Profile(
            home=home,
            file=file,
            command=tapped,
            settings=settings,
            environment=dict(os.environ),
        )
        with EDITORS[editor](profile) as screen:
            pressed = press_all(screen, editor, keys)
        lines = [json.loads(one) for one in notes.read_text(encoding="utf-8").splitlines()]
    found = [shared for one in pressed if (shared := stages(one, lines))]
    names = found[0] if found else {}
    summed = {stage: percentiles([one[stage] for one in found]) for stage in names}
    return {"keys": keys, "drawn": len(found), "ms": summed}


def press_all(screen: Screen, editor: str, keys: int) -> list[Press]:
    """Press the key at every place, once something is drawn."""
    for place in range(SPARE):
        if pressed_and_finished(screen, place):
            break
    places = progress(range(SPARE, SPARE + keys), editor)
    pressed = (pressed_and_finished(screen, place) for place in places)
    return [one for one in pressed if one]


def pressed_and_finished(screen: Screen, place: int) -> Press | None:
    """Press the key; accept what is drawn, else type the word out.

    Of a line that stays as it is a model learns that such lines end there.
    """
    found = press(screen, place)
    if found:
        screen.take()
    else:
        for character in WORDS[key(place)]:
            screen.key(character)
    return found


def main(
    model: Annotated[str, typer.Option(help="Model that answers.")] = "small",
    keys: Annotated[int, typer.Option(min=1, help="Timed keys in each editor.")] = 25,
    budget: Annotated[float, typer.Option(min=0, help="Milliseconds; 0: no deadline.")] = 300.0,
    editor: Annotated[list[str] | None, typer.Option(help=f"Of {', '.join(EDITORS)}.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Time keys in the editors that are named, or in all."""
    if unknown := set(editor or ()) - EDITORS.keys():
        raise typer.BadParameter(f"no editor {', '.join(unknown)}; there are {', '.join(EDITORS)}")
    command = (sys.executable, "-m", "unmask_lsp", "lsp", "--verbose")
    settings = {"model": model, "budget_ms": budget, "eagerness": "eager"}
    with TemporaryDirectory(prefix="unmask-") as folder:
        script = Path(folder) / "script.json"
        script.write_text(json.dumps({"rules": rules(SPARE + keys), "default": ""}))
        os.environ[cache.VARIABLE] = str(cache.Cache.of_user().root)  # whatever home an editor has
        os.environ.update({RUNTIME_VARIABLE: folder, count_file.VARIABLE: folder})
        os.environ["UNMASK_SCRIPT"] = str(script)
        found = asyncio.run(measure_all(editor or [*EDITORS], keys, command, settings))
    Console().print(table(f"{model}, {budget:g} ms", found))
    write(out, {"model": model, "budget_ms": budget, "editors": found})


def table(title: str, found: dict[str, Any]) -> Table:
    """One column an editor, one row a stage: milliseconds, p50 / p95."""
    made = Table("ms, p50 / p95", *found, title=title)
    for stage in max((one["ms"] for one in found.values()), key=len):
        spans = (one["ms"].get(stage) for one in found.values())
        made.add_row(stage, *(f"{ms['p50']:.0f} / {ms['p95']:.0f}" if ms else "" for ms in spans))
    made.add_row("drawn", *(f"{one['drawn']} of {one['keys']}" for one in found.values()))
    return made


if __name__ == "__main__":
    run(main)
