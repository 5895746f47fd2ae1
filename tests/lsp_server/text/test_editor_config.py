"""What .editorconfig files say of a file's indentation."""

import gc
from pathlib import Path

import pytest

from unmask_lsp.text.editor_config import configured_unit


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("indent_style = tab", "\t"),
        ("indent_style = space\nindent_size = 2", "  "),
        ("indent_size = 3", "   "),
        ("indent_size = many", ""),
        ("indent_size = 900", ""),
        ("charset = utf-8", ""),
    ],
)
def test_the_section_of_a_file_tells_its_unit(tmp_path: Path, said: str, unit: str) -> None:
    (tmp_path / ".editorconfig").write_text(
        f"root = true\n[*.js]\n{said}\n[*.py]\nindent_size = 8\n"
    )
    assert configured_unit(tmp_path / "a.js") == unit


@pytest.mark.filterwarnings("ignore:unclosed file")  # the library forgets to close it
def test_a_file_that_is_no_configuration_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / ".editorconfig").write_text("[[[\n===")
    assert configured_unit(tmp_path / "a.js") == ""
    gc.collect()
