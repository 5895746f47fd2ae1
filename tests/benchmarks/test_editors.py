"""Keys in real editors: what the tap notes, and how a key's milliseconds are shared out."""

import json
import os
import subprocess
import sys
from pathlib import Path

import editors
import pytest
from editor_programs import EditorAbsent, fetched
from editors import Press, behind, line, name, source, stages, table

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "tests", ROOT / "lsp_server", ROOT / "model"]
TAP = Path(editors.__file__).with_name("tap.py")
SERVER = """
import sys
sys.stderr.write("INFO:x:file:///a.py version 3: shown; window 1 ms; engine 42 ms; total 40 ms\\n")
sys.stderr.flush()
sys.stdout.buffer.write(sys.stdin.buffer.read())
"""


def message(**body: object) -> bytes:
    text = json.dumps({"jsonrpc": "2.0", **body}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(text), text)


def test_every_place_has_a_line_that_ends_before_the_key() -> None:
    lines = source(3).split("\n")
    assert [lines[line(place) - 1].strip() for place in range(3)] == [name(k) for k in range(3)]


@pytest.mark.parametrize(
    ("screen", "drawn"),
    [("a = b /\nnext", ""), ("x\na = b / c \nnext", "c"), ("a = b\n/", None)],
)
def test_what_is_drawn_is_read_on_the_line_of_the_cursor(screen: str, drawn: str | None) -> None:
    assert behind("a = b /", screen) == drawn


def test_the_tap_passes_everything_on_and_notes_what_is_about_suggestions(tmp_path: Path) -> None:
    """The server here sends back what it gets: a question, then what looks like its answer."""
    notes = tmp_path / "notes"
    sent = (
        message(id=7, method="textDocument/inlineCompletion", params={"ä": "漢"})
        + message(method="textDocument/didChange")
        + message(id=7, result={"items": [{}, {}]})
        + message(id=8, result={"items": [{}]})
    )
    command = [sys.executable, str(TAP), str(notes), sys.executable, "-c", SERVER]
    done = subprocess.run(command, input=sent, capture_output=True, check=True)
    assert done.stdout == sent
    assert b"engine 42 ms" in done.stderr
    noted = [json.loads(one) for one in notes.read_text().splitlines()]
    assert {"engine_ms": 42} in noted
    asked, answered = (one for one in noted if "at" in one)
    assert (asked["asked"], answered["answered"], answered["items"]) == (7, 7, 2)
    assert 0 < asked["at"] <= answered["at"]


def test_the_milliseconds_of_a_key_are_shared_out() -> None:
    notes = [
        {"asked": 1, "at": 0.5},
        {"engine_ms": 9},
        {"answered": 1, "items": 1, "at": 0.6},
        {"asked": 2, "at": 1.050},
        {"answered": 2, "items": 0, "at": 1.055},
        {"asked": 3, "at": 1.060},
        {"engine_ms": 30},
        {"answered": 3, "items": 1, "at": 1.100},
        {"asked": 4, "at": 1.3},
        {"engine_ms": 8},
        {"answered": 4, "items": 1, "at": 1.4},
    ]
    found = stages(Press(pressed=1.0, echoed=1.01, drawn=1.115, look_ms=2.0), notes)
    assert {stage: round(ms) for stage, ms in found.items()} == {
        "key to drawn": 115,
        "editor waits": 60,
        "server": 10,
        "engine": 30,
        "drawing": 15,
        "character seen": 10,
        "between looks": 2,
    }


@pytest.mark.parametrize(("engine_ms", "at"), [(9, 0.6), (0, 1.1)], ids=["before", "the rest"])
def test_what_was_drawn_without_an_answer_of_the_engine_is_not_shared_out(
    engine_ms: int, at: float
) -> None:
    notes = [
        {"asked": 1, "at": 0.5},
        {"engine_ms": engine_ms},
        {"answered": 1, "items": 1, "at": at},
    ]
    assert stages(Press(pressed=1.0, echoed=1.01, drawn=1.115, look_ms=2.0), notes) == {}


def test_an_editor_that_drew_nothing_stands_beside_those_that_did() -> None:
    ms = {"key to drawn": {"p50": 90.0, "p95": 110.0}}
    drew = {"keys": 2, "drawn": 2, "ms": ms}
    made = table("small", {"none": {"keys": 2, "drawn": 0, "ms": {}}, "one": drew})
    cells = [list(column.cells) for column in made.columns]
    assert cells == [["key to drawn", "drawn"], ["", "0 of 2"], ["90 / 110", "2 of 2"]]


@pytest.mark.e2e
@pytest.mark.timeout(600)
def test_keys_are_timed_in_a_real_editor(tmp_path: Path) -> None:
    try:
        fetched("neovim", "0.12")
    except EditorAbsent as absent:
        pytest.skip(str(absent))
    out, options = (
        tmp_path / "editors.json",
        ["--model=scripted", "--keys=2", "--editor=neovim own"],
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, SOURCES))}
    command = [sys.executable, editors.__file__, *options, f"--out={out}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "2 of 2" in done.stdout, done.stderr
    found = json.loads(out.read_text())["editors"]["neovim own"]["ms"]
    ms = {stage: each["p50"] for stage, each in found.items()}
    parts = ms["editor waits"] + ms["server"] + ms["engine"] + ms["drawing"]
    assert parts == pytest.approx(ms["key to drawn"], rel=0.2)
