"""The comparison of ways to save passes, on a tiny model."""

from pathlib import Path

import full_attention
import pytest
import torch
from tiny_families import tiny_family
from tiny_size import TINY

from unmask_model.families import full_attention as family
from unmask_model.protocol.errors import RequestInvalid


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small model, and no compiler."""
    monkeypatch.setattr(full_attention, "QUARTER", TINY)
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)
    monkeypatch.setattr(family, "WINDOW", 256)


def test_what_is_exact_agrees_and_what_is_kept_saves_rows() -> None:
    found = full_attention.measure(full_attention._random(), holes=2)
    exact, both = found["exact"], found["both kept, refresh 8"]
    assert found["exact, compiled"].answers == exact.answers
    assert found["both kept, compiled"].answers == both.answers
    assert sum(both.rows) < sum(found["left kept, refresh 8"].rows) < sum(exact.rows)
    assert sum(found["exact, length searched"].rows) > 0
    assert all(len(one.ms) == len(one.answers) == 2 for one in found.values())
    assert full_attention.table(found, "tiny").row_count == len(full_attention.VARIANTS)


def test_a_folder_can_be_named_if_it_holds_a_model_of_full_attention(tmp_path: Path) -> None:
    llada, sdar = (
        full_attention._of_folder(tiny_family(tmp_path / name, name).files.config.parent)
        for name in ("llada", "sdar")
    )
    assert full_attention.measure(llada, holes=1)["exact"].answers
    with pytest.raises(RequestInvalid, match="full attention"):
        full_attention.measure(sdar, holes=1)
