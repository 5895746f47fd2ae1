"""Which names of models are refused before anything is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

from unmask_lsp.cli.model_name import check_model
from unmask_model.protocol.errors import ModelNotFound

REFUSED = """
import sys
from unmask_lsp.cli.main import app
from unmask_model.protocol.errors import ModelNotFound
try:
    app(sys.argv[1:], standalone_mode=False)
except ModelNotFound as error:
    print(error)
assert "torch" not in sys.modules
"""


@pytest.mark.parametrize("command", [["fill", "a.py:1"], ["serve", "--port", "8080"]])
def test_a_name_that_no_model_has_is_told_without_loading_torch(
    tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "a.py").write_text("\n")
    told = subprocess.run(
        [sys.executable, "-c", REFUSED, *command, "--model", "huge"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.startswith("no model is called 'huge'")
    assert told.stderr == ""


@pytest.mark.parametrize("name", ["small", "auto", "scripted", "mercury", "mercury/edit"])
def test_names_of_models_are_taken(name: str) -> None:
    check_model(name)


def test_a_path_is_taken_and_a_name_close_to_one_is_hinted_at(tmp_path: Path) -> None:
    check_model(str(tmp_path / "weights.gguf"))
    with pytest.raises(ModelNotFound, match="did you mean small"):
        check_model("smal")
