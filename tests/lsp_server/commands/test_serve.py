"""`unmask serve`, asked wrongly."""

import pytest
from typer.testing import CliRunner

from unmask_lsp import cli


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_what_is_no_port_is_asked_wrongly(port: str) -> None:
    result = CliRunner().invoke(cli.app, ["serve", "--port", port, "--model", "scripted"])
    assert result.exit_code == 2
    assert "--port" in result.stderr


@pytest.mark.parametrize("doors", [[], ["--port", "8080", "--socket", "s"]])
def test_one_door_has_to_be_named(doors: list[str]) -> None:
    result = CliRunner().invoke(cli.app, ["serve", "--model", "scripted", *doors])
    assert result.exit_code == 2
    assert "--socket PATH, --port NUMBER, --loopback FILE" in result.stderr
