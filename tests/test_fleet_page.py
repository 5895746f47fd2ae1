"""The fleet's configuration file says what the code takes."""

import ast
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FLEET = ROOT / "model/unmask_model/server/fleet.py"
PAGE = ROOT / "docs/fleet.md"


@pytest.fixture
def application() -> dict[str, object]:
    (application,) = yaml.safe_load((ROOT / "docs/fleet.yaml").read_text())["applications"]
    assert isinstance(application, dict)
    return application


def options() -> set[str]:
    """The fields of FleetOptions, read without Ray."""
    classes = [node for node in ast.parse(FLEET.read_text()).body if isinstance(node, ast.ClassDef)]
    (found,) = (node for node in classes if node.name == "FleetOptions")
    return {field.target.id for field in found.body if isinstance(field, ast.AnnAssign)}


def test_it_names_the_application_and_options_there_are(application: dict[str, object]) -> None:
    assert application["import_path"] == "unmask_model.server.fleet:fleet"
    assert "def fleet(" in FLEET.read_text()
    assert set(application["args"]) <= options()


def test_the_page_explains_every_option() -> None:
    page = PAGE.read_text()
    assert [name for name in options() if f"`{name}`" not in page] == []
