"""The picture of quality against passes."""

import json
from pathlib import Path

import pytest
from quality_plot import main

from unmask_model.protocol.errors import RequestInvalid

PNG = b"\x89PNG"


def result(**forwards: float) -> str:
    passed = {"value": 0.7, "low": 0.6, "high": 0.8}
    variants = {name: {"forwards": {"value": n}, "passed": passed} for name, n in forwards.items()}
    return json.dumps({"title": "rows", "variants": variants})


def test_variants_of_several_runs_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text(result(small=5.0, base=9.0))
    other.write_text(result(wider=4.5))
    main([one, other], out=tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(PNG)


def test_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("{}")
    with pytest.raises(RequestInvalid, match="written by --out"):
        main([tmp_path / "one.json"], out=tmp_path / "picture.png")


def test_a_variant_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(result(small=5.0, base=9.0))
    with pytest.raises(RequestInvalid, match="no variant large; there are small, base"):
        main([tmp_path / "one.json"], out=tmp_path / "picture.png", variant=["small", "large"])
