"""`unmask fill` on the scripted model."""

import codecs
import json
import random
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from unmask_lsp.cli import main as cli
from unmask_lsp.suggest.suggestion import SilenceReason
from unmask_model.decoding.samplers import SAMPLERS
from unmask_model.engine.engine import Engine
from unmask_model.protocol.errors import RequestInvalid
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult

SCRIPT = Path(__file__).parents[2] / "cases" / "engine" / "script.json"
SOURCE = b"def f(x):\n    value = \n    return value\n"

Fill = Callable[..., Result]


@pytest.fixture
def fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Run the command where no engine runs."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("UNMASK_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("UNMASK_SCRIPT", str(SCRIPT))

    def fill(where: object, *options: str) -> Result:
        arguments = ["fill", str(where), "--model", "scripted", *options]
        return CliRunner().invoke(cli.app, arguments)

    return fill


def requests_of(monkeypatch: pytest.MonkeyPatch) -> list[InfillRequest]:
    """What the model in this process is asked from now on."""
    asked: list[InfillRequest] = []
    answer = Engine.fill

    def fill(engine: Engine, request: InfillRequest) -> Iterator[BlockSnapshot | InfillResult]:
        asked.append(request)
        return answer(engine, request)

    monkeypatch.setattr(Engine, "fill", fill)
    return asked


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(SOURCE)
    return path


def test_the_block_that_belongs_there_is_printed(fill: Fill, file: Path) -> None:
    result = fill(f"{file}:2:13")
    assert (result.exit_code, result.stdout) == (0, "x + 1\n")
    assert file.read_bytes() == SOURCE


def test_without_a_column_the_line_is_filled_after_its_indentation(fill: Fill, file: Path) -> None:
    file.write_bytes(b"def short(x):\n    raise\n")
    fill(f"{file}:2", "--write")
    assert file.read_bytes() == b"def short(x):\n    return x\n"


def test_a_span_is_replaced(fill: Fill, file: Path) -> None:
    file.write_bytes(b"def f(x):\n    value = old(1)\n    return value\n")
    fill(f"{file}:2:13", "--end", "2:19", "--write")
    assert file.read_bytes() == SOURCE.replace(b"value = ", b"value = x + 1")


def test_json_says_what_it_cost(fill: Fill, file: Path) -> None:
    said = json.loads(fill(f"{file}:2:13", "--json", "--seed", "3").stdout)
    assert said["text"] == said["block"] == "x + 1"
    assert said["stop_reason"] == "end"
    assert said["model"] == "scripted"
    assert {"tokens", "steps", "forwards", "ms", "plan", "confidence"} <= said.keys()
    assert {"tokenize", "context", "denoise", "total"} <= said["ms"].keys()


def test_a_diff_is_shown_before_the_file_is_edited(fill: Fill, file: Path) -> None:
    shown = fill(f"{file}:2:13", "--write").stdout
    assert "-    value = \n+    value = x + 1\n" in shown


def test_what_is_written_is_told_as_json_alone(fill: Fill, file: Path) -> None:
    result = fill(f"{file}:2:13", "--write", "--json")
    assert json.loads(result.stdout)["text"] == "x + 1"
    assert "+    value = x + 1" in result.stderr


@pytest.mark.parametrize(
    ("start", "end"), [(b"", b"\n"), (codecs.BOM_UTF8, b"\n"), (codecs.BOM_UTF8, b"\r\n")]
)
def test_outside_of_the_hole_every_byte_stays(
    fill: Fill, file: Path, start: bytes, end: bytes
) -> None:
    before = start + SOURCE.replace(b"\n", end)
    file.write_bytes(before)
    assert fill(f"{file}:2:13", "--write").exit_code == 0
    assert file.read_bytes() == before.replace(b"value = ", b"value = x + 1")


def test_a_block_of_lines_has_the_line_ends_of_its_file(fill: Fill, file: Path) -> None:
    file.write_bytes(b"long = [\r\nother = 1\r\n")
    fill(f"{file}:1:9", "--write", "--lines", "3")
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("where", "options", "code", "reason"),
    [
        ("absent.py:1", (), 1, "cannot be read"),
        ("a.py", (), 2, "FILE:LINE"),
        ("a.py:x", (), 2, "FILE:LINE"),
        ("a.py:99", (), 2, "no line 99"),
        ("a.py:1:99", (), 2, "no column 99"),
        ("a.py:2:13", ("--end", "1:1"), 2, "before"),
        ("a.py:2:13", ("--end", "1"), 2, "LINE:COL"),
        ("a.py:2:13", ("--sampler", "best"), 1, "no sampler is called"),
        ("a.py:2:13", ("--model", "huge"), 1, "no model is called"),
        ("a.py:2:13", ("--budget", "-1"), 2, "budget"),
    ],
)
def test_what_cannot_be_done_is_said_with_a_code(
    fill: Fill,
    file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: str,
    options: tuple[str, ...],
    code: int,
    reason: str,
) -> None:
    monkeypatch.chdir(file.parent)
    arguments = ["unmask", "fill", where, "--model", "scripted", *options]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == code
    assert reason in capsys.readouterr().err
    assert file.read_bytes() == SOURCE


def test_a_budget_that_is_too_small_is_said_and_is_no_success(fill: Fill, file: Path) -> None:
    result = fill(f"{file}:2:13", "--budget", "0.001")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert f"nothing to fill in: {SilenceReason.BUDGET}" in result.stderr
    said = fill(f"{file}:2:13", "--budget", "0.001", "--json")
    assert (said.exit_code, json.loads(said.stdout)["hidden"]) == (1, SilenceReason.BUDGET)


def test_what_breaks_the_syntax_is_repaired_as_in_an_editor(
    fill: Fill, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests_of(monkeypatch)
    file.write_bytes(b"def f(x):\n    broken = \n    return value\n")
    fill(f"{file}:2:13")
    first, again = asked
    assert first.rewrite is None
    assert again.rewrite is not None
    assert again.rewrite.text == "pass"


def test_what_the_file_imports_goes_with_it(
    fill: Fill, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests_of(monkeypatch)
    monkeypatch.chdir(file.parent)
    (file.parent / "shapes.py").write_text("class Circle:\n    def area(self): ...\n")
    file.write_bytes(b"from shapes import Circle\nround = Circle(\n")
    fill(f"{file}:2:16")
    assert [snippet.origin for snippet in asked[0].snippets] == ["shapes.py"]


@pytest.mark.parametrize(
    "places", [20, pytest.param(200, marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_at_random_places_of_real_files_only_the_hole_changes(
    fill: Fill, file: Path, places: int
) -> None:
    library = Path(sysconfig.get_path("stdlib"))
    sources = sorted(path for path in library.glob("*.py") if path.stat().st_size < 20_000)
    chance = random.Random(places)
    for _ in range(places):
        before = chance.choice(sources).read_bytes()
        at = chance.randrange(len(before.decode()) + 1)
        left, right = before.decode()[:at], before.decode()[at:]
        where = f"{file}:{left.count(chr(10)) + 1}:{len(left.rpartition(chr(10))[2]) + 1}"
        file.write_bytes(before)
        result = fill(where, "--write", "--json")
        assert result.exit_code == 0, result.output
        text = json.loads(result.stdout)["text"]
        assert file.read_bytes() == (left + text + right).encode()


def test_a_line_that_is_not_there_is_a_wrong_argument(fill: Fill, file: Path) -> None:
    result = fill(f"{file}:9999")
    assert result.exit_code == 2
    assert "there is no line 9999" in " ".join(result.output.split())


def test_what_is_no_text_is_not_filled(fill: Fill, file: Path) -> None:
    file.write_bytes(b"\x7fELF\x02\x01\x00\x00\n\n")
    result = fill(f"{file}:2")
    assert result.exit_code == 1
    assert "a.py holds NUL characters" in str(result.exception)


def test_help_names_every_sampler_and_gives_flags_no_values() -> None:
    told = CliRunner().invoke(cli.app, ["fill", "--help"]).stdout
    assert all(name in told for name in SAMPLERS)
    assert "--write " in told
    assert "<bool>" not in told


def test_nothing_but_the_error_is_said_elsewhere_than_on_a_terminal(
    fill: Fill, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNMASK_SCRIPT", str(file))
    assert fill(f"{file}:2").stderr == ""


def test_in_the_middle_of_a_line_no_more_than_that_line_is_filled_in(
    fill: Fill, file: Path
) -> None:
    file.write_bytes(b"long = [other]\n")
    assert fill(f"{file}:1:9", "--write").exit_code == 0
    assert file.read_bytes().count(b"\n") == 1
    fill(f"{file}:1:9", "--write", "--lines", "3")  # who says how many gets them
    assert file.read_bytes().count(b"\n") > 1


@pytest.mark.parametrize(
    "options", [("--server", "http://box:8443"), ("--model", "mercury")], ids=["server", "model"]
)
@pytest.mark.parametrize("name", [".env", "id_rsa", "ignored.py"])
def test_a_private_file_is_not_sent_to_another_machine(
    fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, options: tuple[str, str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".gitignore").write_text("ignored.py\n")
    (tmp_path / name).write_text("KEY=\n")
    result = fill(f"{name}:1:5", *options)
    assert isinstance(result.exception, RequestInvalid)
    assert "ask a model of this machine" in str(result.exception)


def test_a_private_file_is_filled_in_on_this_machine(fill: Fill, tmp_path: Path) -> None:
    secret = tmp_path / ".env"
    secret.write_bytes(SOURCE)
    assert fill(f"{secret}:2:13").exit_code == 0


def test_where_the_line_is_right_already_it_is_what_is_printed(fill: Fill, file: Path) -> None:
    file.write_bytes(b"def short(x):\n    return x\n")
    assert fill(f"{file}:2").stdout == "return x\n"
    assert "leave it as it is" in fill(f"{file}:2", "--write").stderr


LONG = "long = [\n" + "".join(f"    {number},\n" for number in range(1, 9)) + "]\n"


@pytest.mark.parametrize(("ignored", "is_told"), [("", True), ("there.py\n", False)])
def test_what_the_repository_has_written_before_is_drafted_from(
    fill: Fill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignored: str, is_told: bool
) -> None:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / ".gitignore").write_text(ignored)
    (root / "there.py").write_text(LONG)
    (root / "here.py").write_text("long = [\n")
    monkeypatch.chdir(root)
    said = json.loads(fill("here.py:1:9", "--json", "--sampler", "verify", "--lines", "12").stdout)
    assert said["block"].startswith("\n    1,\n    2,")
    assert (said["remembered"] > 10) is is_told
    assert said["copied_from"].startswith("there.py:") is is_told


def test_outside_a_repository_nothing_is_read(
    fill: Fill, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = requests_of(monkeypatch)
    monkeypatch.chdir(file.parent)
    fill(f"{file}:2:13")
    assert asked[0].workspace == ""
