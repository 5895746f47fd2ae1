"""What LSP's types say, in ours."""

from types import SimpleNamespace

import pytest

from unmask_lsp.client.convert import indent_unit


@pytest.mark.parametrize(
    ("options", "unit"),
    [
        ({"tabSize": 2, "insertSpaces": True}, "  "),
        ({"tabSize": 8, "insertSpaces": False}, "\t"),
        ({"tabSize": "many"}, ""),
        ({}, ""),
    ],
)
def test_formatting_options_say_what_one_level_is(options: dict[str, object], unit: str) -> None:
    assert indent_unit(SimpleNamespace(formattingOptions=SimpleNamespace(**options))) == unit


def test_most_clients_send_none() -> None:
    assert indent_unit(SimpleNamespace()) == ""
