"""`unmask serve` with wrong arguments."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from unmask_lsp.cli import main as cli
from unmask_model.transformer.execution import Caching, Execution, Keep, Weights


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_what_is_no_port_is_asked_wrongly(port: str) -> None:
    result = CliRunner().invoke(cli.app, ["serve", "--port", port, "--model", "scripted"])
    assert result.exit_code == 2
    assert "--port" in result.stderr


@pytest.mark.parametrize("listeners", [[], ["--port", "8080", "--socket", "s"]])
def test_one_listener_has_to_be_named(listeners: list[str]) -> None:
    result = CliRunner().invoke(cli.app, ["serve", "--model", "scripted", *listeners])
    assert result.exit_code == 2
    assert "--socket PATH, --port NUMBER, --loopback FILE" in result.stderr


def test_how_a_model_is_computed_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Execution] = []
    monkeypatch.setattr(
        "unmask_model.server.serve.serve", lambda *given, **_: asked.append(given[-1])
    )
    run = CliRunner()
    base = ["serve", "--port", "8080", "--model", "scripted"]
    assert run.invoke(cli.app, base).exit_code == 0
    options = ["--weights", "int4", "--kept", "both", "--eager"]
    assert run.invoke(cli.app, [*base, *options]).exit_code == 0
    caching = Caching(kept=Keep.BOTH)
    assert asked == [
        Execution(),
        Execution(weights=Weights.INT4, caching=caching, compiled=False),
    ]


def test_no_choice_of_how_a_model_is_computed_loads_torch() -> None:
    code = "import sys, unmask_model.transformer.execution; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
