"""The command line as a real process: exit codes, a clean stdout, no torch for an editor."""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from unmask_lsp.cli import main as cli
from unmask_model.protocol.errors import ModelNotFound

ROOT = Path(__file__).parents[3]
SESSION = """
import sys
sys.path[:0] = ["lsp_server", "model"]
sys.argv = ["unmask", "lsp"]
from unmask_lsp.cli.main import main
try:
    main()
finally:
    heavy = {"torch", "transformers"} & sys.modules.keys()
    sys.stderr.write(f"loaded: {sorted(heavy)}")
"""


def message(**fields: object) -> bytes:
    body = json.dumps({"jsonrpc": "2.0", **fields}).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def messages_in(stream: bytes) -> list[Any]:
    """Every message of a stream that holds nothing else."""
    messages = []
    while stream:
        header, _, rest = stream.partition(b"\r\n\r\n")
        length = int(re.match(rb"Content-Length: (\d+)", header)[1])  # type: ignore[index]
        messages.append(json.loads(rest[:length]))
        stream = rest[length:]
    return messages


def test_an_editor_is_answered_without_torch_and_stdout_is_protocol_only() -> None:
    params = {"processId": None, "rootUri": None, "capabilities": {}}
    conversation = (
        message(id=1, method="initialize", params=params)
        + message(method="initialized", params={})
        + message(id=2, method="shutdown")
        + message(method="exit")
    )
    done = subprocess.run(
        [sys.executable, "-c", SESSION],
        cwd=ROOT,
        input=conversation,
        capture_output=True,
        timeout=60,
        check=False,
    )
    said = messages_in(done.stdout)
    assert [answer["id"] for answer in said if "id" in answer] == [1, 2]
    assert b"loaded: []" in done.stderr
    assert done.returncode == 0


def test_a_wrong_use_is_exit_code_2() -> None:
    assert CliRunner().invoke(cli.app, ["lsp", "--no-such-option"]).exit_code == 2
    assert CliRunner().invoke(cli.app, ["no-such-command"]).exit_code == 2


def test_the_version_is_the_distributions() -> None:
    assert CliRunner().invoke(cli.app, ["--version"]).output.strip() == version("unmask")


def test_an_error_is_one_line_on_stderr_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ModelNotFound("no model is called 'x'; `unmask models` lists them")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    assert capsys.readouterr().err == "unmask: no model is called 'x'; `unmask models` lists them\n"


@pytest.mark.fault(
    "the user has no home folder",
    "commands work; what cannot be kept is one line that names the variable for another folder",
)
def test_a_user_without_a_home_has_a_working_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a container that runs under a number nobody has."""

    def getpwuid(number: int) -> None:
        raise KeyError(number)

    for name in ("HOME", "XDG_STATE_HOME", "UNMASK_STATE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr("pwd.getpwuid", getpwuid)
    monkeypatch.setattr(sys, "argv", ["unmask", "stats"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert "kept in /.local/state/unmask/stats.json" in capsys.readouterr().out
