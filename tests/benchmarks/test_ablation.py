"""Short runs by recipes that differ in one thing."""

import json
from pathlib import Path

import pytest
import torch
from ablation import compare, main
from tiny_training import tiny_training


def test_recipes_are_compared_block_by_block() -> None:
    plain, other = torch.tensor([0.0, 1.0, 1.0]), torch.tensor([1.0, 2.0, 2.0])
    value, more = compare({"run": plain}, {"run": other})["run"]
    assert value.value == pytest.approx(5 / 3)
    assert (more.value, more.low, more.high) == pytest.approx((1.0, 1.0, 1.0))


def test_an_adapter_is_trained_and_read_for_each_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tiny_training(tmp_path, monkeypatch)
    out = tmp_path / "runs"
    main(
        made.corpus,
        out,
        ["rank=2"],
        base=str(made.base),
        minutes=0.01,
        blocks=6,
    )
    found = json.loads((out / "ablation.json").read_text())["variants"]
    assert list(found) == ["as it is", "rank=2"]
    for figure, (value, more) in found["as it is"].items():
        assert more["value"] == 0, figure
        assert value["value"] >= 0, figure
    assert found["rank=2"]["steps"][0]["value"] >= 1
