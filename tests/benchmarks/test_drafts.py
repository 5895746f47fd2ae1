"""Drafts of one place, and how often they are right."""

import json

import drafts
import pytest
from drafts import Draft, by_chance
from holes import draw_holes

from unmask_model.decoding.samplers.draft_token import DraftToken
from unmask_model.families.open_model import open_model
from unmask_train.corpus.corpus import Document

TEXT = "".join(f"def add_{k}(x, y):\n    return x + {k} * y\n\n" for k in range(20))


def test_every_source_drafts_the_same_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The author writes what the model would: every place is one that it agrees on."""
    document = Document(package="p", path="a.py", language="python", text=TEXT)
    hole = draw_holes([document], 1, seed=0)[0]
    script = tmp_path_factory.mktemp("script") / "script.json"
    script.write_text(json.dumps({"rules": [], "default": hole.author}))
    monkeypatch.setenv("UNMASK_SCRIPT", str(script))
    found = list(drafts.drafts(open_model("scripted").denoiser, hole, lookahead=2))
    places = [draft.right for draft in found if draft.source == "guess"]
    assert len(places) > 2
    for source in ("repetition", "likelier"):
        assert [draft.right for draft in found if draft.source == source] == places
    assert all(draft.hit for draft in found if draft.source == "guess")


def test_drafts_are_counted_by_how_likely_they_were_said_to_be() -> None:
    said = [(0.1, 7, 7), (0.15, 7, 8), (0.9, 7, 7), (1.0, 7, 7)]
    drafted = [
        Draft(source="guess", likely=DraftToken(id=one, chance=chance), right=right)
        for chance, one, right in said
    ]
    nothing = Draft(source="guess", likely=None, right=7)
    assert not nothing.hit
    assert by_chance([*drafted, nothing]) == [(2, 0.5), (0, 0), (0, 0), (0, 0), (2, 1.0)]
