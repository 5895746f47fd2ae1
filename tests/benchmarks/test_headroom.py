"""Where the right tokens stand among guesses, and what a better choice could win."""

from pathlib import Path

import headroom
import numpy as np
import pytest
from hole_context import read
from holes import Hole
from ranked_guesses import ABSENT, Ranked, RankedGuesses, accepted, agreed_places, rank
from rows import read_rows
from tiny import tiny_model

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.causal_block.onnx_backend import OnnxBackend
from unmask_model.families.denoiser import Pass
from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.onnx.export import converted
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.weights.base_files import Origin
from unmask_model.weights.sources.cache import Cache
from unmask_train.corpus.corpus import Document

TEXT = "def add(x, y):\n    return x + y\n"
LOGITS = np.array([0.0, 3.0, 1.0, 2.0], np.float32)


def hole(text: str = TEXT, start: int = 19) -> Hole:
    document = Document(package="p", path="a.py", language="python", text=text)
    return Hole(document=document, kind="line", start=start, end=len(text) - 1)


def test_the_likeliest_id_has_rank_nought_and_a_trimmed_head_may_lack_one() -> None:
    assert [rank(LOGITS, id_, None) for id_ in range(4)] == [3, 0, 2, 1]
    ids = np.array([10, 20, 30, 40])
    assert [rank(LOGITS, id_, ids) for id_ in (20, 40, 25, 50)] == [0, 1, ABSENT, ABSENT]


def test_guesses_are_accepted_up_to_the_first_that_is_not_among_the_best() -> None:
    assert [accepted((0, 3), among) for among in (1, 3, 4)] == [1, 1, 2]
    assert accepted((5, 0), 4) == 0
    assert agreed_places([1, 2, 3], [1, 2, 4]) == agreed_places([1, 2], [1, 2, 4]) == 2


def test_guesses_whose_second_is_not_known_have_no_length() -> None:
    ranked = [
        Ranked(hole=hole(), behind="x", model=(0, 2), author=(0, 2)),
        Ranked(hole=hole(), behind="os.", model=(5, 0), author=()),
        Ranked(hole=hole(), behind=" ==", model=(0,), author=()),
    ]
    figures = headroom.figures_of(ranked)
    assert figures["places"] == 3
    assert figures["first"] == pytest.approx([2 / 3, 2 / 3, 1])
    assert figures["second"] == pytest.approx([1 / 2, 1, 1])
    assert figures["author"] == [1, 1, 1]
    assert [one.value for one in figures["in_a_row"]] == [0.5, 1, 2]
    behind = ["behind a dot", "behind a word", "behind an operator"]
    grouped = [(name, len(some)) for name, some in headroom.groups(ranked)]
    assert grouped == [("all", 3), ("line", 3), ("python", 3), *((name, 1) for name in behind)]


def test_where_nothing_is_known_the_table_has_a_dash() -> None:
    alone = [Ranked(hole=hole(), behind="x", model=(0,), author=())]
    places, first, second, author, lengths = headroom.cells(headroom.figures_of(alone))
    assert (places, first) == ("1", "100 100 100")
    assert (second, author, lengths) == ("-", "-", "-")


def test_a_row_of_the_evaluation_is_a_hole(data: Path) -> None:
    row = read_rows(data)[1]
    found = headroom.hole_of(row)
    assert (found.author, found.text) == (row.middle, row.left + row.right)


def test_a_guess_of_rank_nought_is_the_one_that_the_model_proposes(tmp_path: Path) -> None:
    tiny = tiny_model(tmp_path, "qwen2")
    origin = Origin(sha256=tiny.files.sha256, files=lambda: tiny.files)
    folder = converted(origin, tiny.adapter, Cache(root=tmp_path / "cache"))
    ranked = RankedGuesses(folder)
    denoiser = CausalBlock(
        OnnxBackend(OnnxDecoder.open(folder)), open_vocabulary(folder / "tokenizer.json")
    )
    right: set[bool] = set()
    for start in range(1, len(TEXT) - 1, 2):
        hits = slow_hits(denoiser, hole(start=start))
        found = [one.model[0] == 0 for one in ranked.of(hole(start=start))]
        assert found[: len(hits)] == hits
        right |= set(hits)
    assert right == {False, True}


def slow_hits(denoiser: CausalBlock, wanted: Hole) -> list[bool]:
    """Whether each first guess is right, on the first canvas: one pass for every place."""
    context, _ = read(denoiser, wanted)
    said: list[int] = []
    guesses: list[int] = []
    while len(said) < denoiser.block and said[-1:] != [denoiser.vocabulary.end]:
        canvas = Canvas.blank(denoiser.block, denoiser.vocabulary.end)
        canvas.commit(np.arange(len(said)), np.array(said, np.int64), np.ones(len(said)))
        asked = Pass(
            context=context,
            canvas=canvas,
            places=np.array([len(said)]),
            causal=True,
            lookahead=2,
            guessed=np.array([0]),
        )
        (proposal,) = denoiser.propose([asked])
        assert proposal.lookahead is not None
        said.append(int(proposal.ids[0]))
        guesses.append(int(proposal.lookahead.ids[0]))
    return [guess == follows for guess, follows in zip(guesses, said[1:], strict=False)]
