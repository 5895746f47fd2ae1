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


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "[*a*a*a*a*a*a*b]\nindent_size = 2\n",
        f"[{'{' * 3000}]\nindent_size = 2\n",
        f"[{'{a,b}' * 200}]\nindent_size = 2\n",
        "[a]\n" * 20_000,
        f"[{'a' * 90_000}]\nindent_size = 2\n",
        "indent_size = 2\n" * 20_000,
        f"[*]\nindent_size = {'9' * 5000}\n",
    ],
    ids=["stars", "braces", "alternatives", "sections", "a long one", "much", "a number"],
)
def test_no_configuration_takes_long_to_read(tmp_path: Path, text: str) -> None:
    """A repository cannot make the server stand still with it."""
    (tmp_path / ".editorconfig").write_text(text)
    assert configured_unit(tmp_path / ("a" * 250)) == ""


@pytest.mark.timeout(10)
def test_a_configuration_that_never_ends_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".editorconfig").symlink_to("/dev/zero")
    assert configured_unit(tmp_path / "a.js") == ""
