"""The whole evaluation, from the file to the figures, on the scripted model."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from infilling import evaluate, fill
from rows import choose, read_rows
from variants import variants_of

from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import RequestInvalid

SAMPLERS = ["confidence", "autoregressive"]


@pytest.fixture
def result(
    data: Path, tmp_path: Path, write_script: Callable[..., None]
) -> Callable[[dict[str, str]], dict[str, Any]]:
    def run(rules: dict[str, str]) -> dict[str, Any]:
        write_script(rules, default="    total = None\n")
        out = tmp_path / "out.json"
        evaluate(data, ["scripted"], SAMPLERS, rows=3, per_problem=2, seed=0, out=out)
        found: dict[str, Any] = json.loads(out.read_text())
        return found

    return run


def test_right_lines_pass_and_the_rest_does_not(
    result: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    found = result({"def add(x, y):\n": "    total = y + x\n", "total = x\n": "    total += y\n"})
    for name in ("scripted confidence", "scripted autoregressive"):
        figures = found["variants"][name]
        assert figures["passed"]["value"] == pytest.approx(2 / 3)
        assert figures["exact"]["value"] == pytest.approx(1 / 3)
        assert figures["parses"] == 1.0
        assert figures["empty"] == 0.0
    assert found["floor"]["value"] == 0.0
    assert "3 rows of 2 problems" in capsys.readouterr().out


def test_passes_are_compared_in_pairs(result: Callable[..., dict[str, Any]]) -> None:
    found = result({})
    (pair,) = found["pairs"]
    assert (pair["one"], pair["other"]) == ("scripted confidence", "scripted autoregressive")
    assert pair["passed"] == {"value": 0.0, "low": 0.0, "high": 0.0}
    assert pair["forwards"]["high"] < 1.0


def test_every_answer_and_the_machine_are_written_down(
    result: Callable[..., dict[str, Any]],
) -> None:
    found = result({})
    assert len(found["items"]) == 3
    one = found["items"]["SingleLineInfilling/HumanEval/2/L0"]["scripted confidence"]
    assert one["completion"]["text"] == "    total = None\n"
    assert one["completion"]["forwards"] > 0
    assert one["completion"]["ms"].keys() >= {"context", "denoise", "total"}
    assert one["score"]["passed"] is False
    assert found["machine"]["torch"]
    assert found["machine"]["python"] == ".".join(map(str, sys.version_info[:3]))


def test_rows_that_are_asked_together_share_passes_and_get_the_same_answers(
    data: Path, write_script: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_script({"def add(x, y):\n": "    total = y + x\n"}, default="    total = None\n")
    rows, variants = choose(read_rows(data), 3, 0, 0), variants_of(["scripted"], SAMPLERS)
    alone = asyncio.run(fill(rows, variants))
    shared: list[int] = []
    logits = Scripted.logits
    monkeypatch.setattr(
        Scripted, "logits", lambda self, passes: shared.append(len(passes)) or logits(self, passes)
    )
    together = asyncio.run(fill(rows, variants, together=3))
    assert max(shared) == 3
    for name, found in alone.items():
        assert [one.text for one in together[name]] == [one.text for one in found]
        assert [one.forwards for one in together[name]] == [one.forwards for one in found]


def test_an_earlier_run_is_set_beside_this_one(
    result: Callable[..., dict[str, Any]], data: Path, tmp_path: Path
) -> None:
    before = result({"def add(x, y):\n": "    total = y + x\n"})
    first, again = tmp_path / "out.json", tmp_path / "again.json"
    asked = {"rows": 3, "per_problem": 2, "seed": 0}
    evaluate(data, ["scripted"], ["verify"], **asked, beside=first, out=again)
    found = json.loads(again.read_text())
    assert list(found["variants"]) == ["scripted verify", *before["variants"]]
    for name, figures in before["variants"].items():
        assert found["variants"][name] == figures
    assert len(found["pairs"]) == 3


def test_an_earlier_run_on_other_rows_is_refused(
    result: Callable[..., dict[str, Any]], data: Path, tmp_path: Path
) -> None:
    result({})
    written = json.loads((tmp_path / "out.json").read_text())
    written["items"].popitem()
    (tmp_path / "out.json").write_text(json.dumps(written))
    with pytest.raises(RequestInvalid, match="choose the rows"):
        evaluate(data, ["scripted"], ["verify"], rows=3, beside=tmp_path / "out.json")


def test_a_file_that_is_no_run_is_refused(data: Path, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("[]")
    with pytest.raises(RequestInvalid, match="written by --out"):
        evaluate(data, ["scripted"], ["verify"], rows=3, beside=tmp_path / "out.json")
