"""What is declared in pyproject.toml and constraints.txt is what the code needs."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from unmask_lsp.syntax.languages import LANGUAGES
from unmask_model.weights.catalogue import MODELS, CatalogueModel

ROOT = Path(__file__).parents[1]
CAUSAL_BLOCK = ROOT / "model" / "unmask_model" / "families" / "causal_block"
PACKAGES = ("lsp_server/unmask_lsp", "model/unmask_model", "model/unmask_train")
GRAMMARS = {row.grammar.partition(":")[0] for row in LANGUAGES.values() if row.grammar}
USED_UNIMPORTED = {"pip", *map(canonicalize_name, GRAMMARS)}  # a command, and what rows name
EXTRAS = {
    "matplotlib": "plots",
    "ray": "fleet",
    "torch": "gpu",
    "transformers": "gpu",
}  # modules that one part of the product needs, and the extra they are in
PROJECT = tomllib.loads(ROOT.joinpath("pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def imported() -> set[str]:
    """Top-level modules that the packages import and that are not their own or Python's."""
    found: set[str] = set()
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return {name for name in found if not name.startswith("unmask_")} - sys.stdlib_module_names


def test_the_dependencies_are_what_is_imported() -> None:
    owners = packages_distributions()
    needed = {canonicalize_name(owners[module][0]) for module in imported() - EXTRAS.keys()}
    assert needed - {"pydantic-core"} == names(PROJECT["dependencies"]) - USED_UNIMPORTED


@pytest.mark.parametrize(("module", "extra"), EXTRAS.items())
def test_what_one_part_needs_is_in_its_extra(module: str, extra: str) -> None:
    assert module in imported()
    there = names(PROJECT["optional-dependencies"][extra])
    assert there == {name for name, its in EXTRAS.items() if its == extra}


def test_every_dependency_has_a_tested_version_and_torch_comes_first() -> None:
    lines = ROOT.joinpath("constraints.txt").read_text(encoding="utf-8").splitlines()
    constraints = [line for line in lines if not line.startswith("#")]
    declared = PROJECT["dependencies"] + list(chain(*PROJECT["optional-dependencies"].values()))
    assert names(declared) - {"pip"} <= names(constraints)
    assert constraints[0].startswith("torch==")
    for line in constraints:
        (pin,) = Requirement(line).specifier
        assert pin.operator == "=="


@pytest.mark.parametrize(
    "model", [model for model in MODELS.values() if model.adapter], ids=lambda model: model.name
)
def test_every_adapter_is_package_data(model: CatalogueModel) -> None:
    assert model.adapter
    assert (CAUSAL_BLOCK / "adapters" / model.adapter).is_file()
