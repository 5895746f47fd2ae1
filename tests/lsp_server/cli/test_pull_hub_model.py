"""`unmask pull` of an open diffusion model, from a hub on this machine to a filled hole."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from model_hub import ModelHub, serving
from tiny_families import tiny_family

from unmask_model.weights.hub_models import HUB_MODELS

DREAMON = HUB_MODELS["dreamon"]
ASKING = """
import sys
from unmask_lsp.cli.main import main
try:
    main()
finally:
    sys.stderr.write("torch" in sys.modules and " torch was loaded" or "")
"""


@dataclass
class Machine:
    """A machine with an empty cache whose model hub is a server of the test."""

    hub: ModelHub
    root: Path

    def run(self, *command: str, answer: str = "") -> "subprocess.CompletedProcess[str]":
        """Run `unmask COMMAND`; `answer` is what the person types."""
        environment = os.environ | {
            "HF_ENDPOINT": self.hub.url,
            "NO_PROXY": "127.0.0.1",
            "UNMASK_CACHE": str(self.root / "cache"),
            "UNMASK_RUNTIME_DIR": str(self.root / "run"),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        return subprocess.run(
            [sys.executable, "-c", ASKING, *command],
            env=environment,
            input=answer,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def folder(self) -> Path:
        """Where the model is once it was fetched."""
        return self.root / "cache" / "models" / "dreamon"


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    tiny_family(tmp_path / "published", "dreamon")
    (tmp_path / "published" / "modeling_dream.py").write_text("raise SystemExit('code was run')")
    hub = ModelHub(folder=tmp_path / "published", repo=DREAMON.repo, commit=DREAMON.revision)
    with serving(hub):
        yield Machine(hub=hub, root=tmp_path)


def test_a_model_is_shown_asked_for_fetched_and_fills_a_hole(machine: Machine):
    pulled = machine.run("pull", "dreamon", answer="y\n")
    assert pulled.returncode == 0, pulled.stderr
    for said in (
        f"{DREAMON.repo} at commit {DREAMON.revision} (pinned)",
        "licence: apache-2.0",
        "checked against the hash",
        "never run on these weights",
        "Download 0.0 GB? [y/N]",
        "dreamon is ready",
    ):
        assert said in pulled.stderr
    assert "torch was loaded" not in pulled.stderr
    assert not list(machine.folder.glob("*.py"))
    file = machine.root / "area.py"
    file.write_text("def area(w, h):\n    \n")
    filled = machine.run("fill", f"{file}:2:5", "--model", "dreamon", "--json")
    assert filled.returncode == 0, filled.stderr
    assert json.loads(filled.stdout)["model"] == "dreamon"


@pytest.mark.parametrize(
    ("answer", "said"), [("n\n", "nothing was downloaded"), ("", "nobody answered; `--yes`")]
)
def test_nothing_is_downloaded_without_a_yes(answer: str, said: str, machine: Machine):
    pulled = machine.run("pull", "dreamon", answer=answer)
    assert pulled.returncode == 1
    assert said in pulled.stderr
    assert machine.hub.fetched == []


def test_yes_is_not_asked_twice_and_a_model_that_is_here_is_told(machine: Machine):
    assert machine.run("pull", "dreamon", "--yes").returncode == 0
    machine.hub.asked.clear()
    again = machine.run("pull", "dreamon")
    assert again.returncode == 0
    assert f"dreamon is here: {machine.folder}, at commit {DREAMON.revision}" in again.stderr
    assert machine.hub.asked == []


def test_what_was_fetched_is_listed_as_here_and_the_list_loads_no_torch(machine: Machine):
    machine.run("pull", "dreamon", "--yes")
    listed = machine.run("models", "--json")
    (row,) = (row for row in json.loads(listed.stdout) if row["name"] == "dreamon")
    assert row["state"] == "on this machine"
    assert "torch was loaded" not in listed.stderr


def test_another_commit_can_be_named_and_is_told_not_to_be_pinned(machine: Machine):
    machine.hub.commit = "f" * 40
    stale = machine.run("pull", "dreamon", "--yes")
    assert stale.returncode == 1
    assert f"no public {DREAMON.repo} at {DREAMON.revision}" in stale.stderr
    pulled = machine.run("pull", "dreamon", "--yes", "--revision", "main")
    assert pulled.returncode == 0, pulled.stderr
    assert f"at commit {'f' * 40} (not pinned" in pulled.stderr


def test_an_absent_open_model_is_never_fetched_by_a_fill(machine: Machine):
    file = machine.root / "area.py"
    file.write_text("x = \n")
    filled = machine.run("fill", f"{file}:1:5", "--model", "dreamon")
    assert filled.returncode == 1
    assert "pull dreamon" in filled.stderr
    assert machine.hub.asked == []
