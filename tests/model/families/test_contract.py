"""What every model family has to keep; here those that run without weights."""

from collections.abc import Generator

import numpy as np
import pytest

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.proposal import Proposal
from unmask_model.families.denoiser import Context, Denoiser, Pass, Prompt
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted


@pytest.fixture
def denoiser(script: Script) -> Denoiser:
    return Scripted(script)


def read(denoiser: Denoiser, left: str, right: str = "", reuse: Context | None = None) -> Context:
    encode = denoiser.vocabulary.encode
    prompt = Prompt(left=tuple(encode(left)), right=tuple(encode(right)))
    chunks: Generator[int, None, Context] = denoiser.prefill(prompt, reuse)
    while True:
        try:
            next(chunks)
        except StopIteration as done:
            context: Context = done.value
            return context


def test_chunks_are_counted_down_and_their_sum_is_what_was_unread(denoiser: Denoiser) -> None:
    prompt = Prompt(left=tuple(denoiser.vocabulary.encode("x = 1\n" * 50)), right=())
    counts = list(denoiser.prefill(prompt, None))
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == denoiser.unread(prompt, None)
    assert min(counts) > 0


def same(one: Proposal, other: Proposal) -> bool:
    return one.ids.tolist() == other.ids.tolist() and np.allclose(one.confidence, other.confidence)


def test_a_proposal_has_an_id_for_each_place(denoiser: Denoiser) -> None:
    context = read(denoiser, "greeting = ")
    canvas = Canvas.blank(10, denoiser.vocabulary.end)
    every = range(denoiser.vocabulary.size)
    columns = set(every if denoiser.head_ids is None else denoiser.head_ids.tolist())
    for places in ([0], [3, 7], list(range(10))):
        one = Pass(context=context, canvas=canvas, places=np.array(places))
        (proposal,) = denoiser.propose([one])
        assert proposal.ids.shape == proposal.confidence.shape == (len(places),)
        assert set(proposal.ids.tolist()) <= columns


def test_passing_canvases_together_changes_nothing(denoiser: Denoiser) -> None:
    passes = [
        Pass(
            context=read(denoiser, left),
            canvas=Canvas.blank(places, denoiser.vocabulary.end),
            places=np.arange(places),
        )
        for left, places in (("greeting = ", 8), ("long = [", 24), ("x", 1))
    ]
    alone = [denoiser.propose([one])[0] for one in passes]
    together = denoiser.propose(passes)
    assert all(same(one, other) for one, other in zip(alone, together, strict=True))


def test_a_context_read_with_reuse_is_the_one_read_without(denoiser: Denoiser) -> None:
    earlier = read(denoiser, "import os\nlong ", "\n")
    warm = read(denoiser, "import os\nlong = [", "\n", reuse=earlier)
    cold = read(denoiser, "import os\nlong = [", "\n")
    assert (warm.tokens, cold.cached) == (cold.tokens, 0)
    assert warm.cached > 0
    canvas = Canvas.blank(8, denoiser.vocabulary.end)
    places = np.arange(8)
    one, other = denoiser.propose(
        [Pass(context=context, canvas=canvas, places=places) for context in (warm, cold)]
    )
    assert same(one, other)


def test_a_finished_block_is_part_of_the_context_of_the_next(denoiser: Denoiser) -> None:
    context = read(denoiser, "greeting = ")
    first = denoiser.vocabulary.encode('"grü')
    longer = denoiser.extend(context, first)
    assert longer.tokens == context.tokens + len(first)
    canvas = Canvas.blank(4, denoiser.vocabulary.end)
    (proposal,) = denoiser.propose([Pass(context=longer, canvas=canvas, places=np.arange(4))])
    assert denoiser.vocabulary.decode(proposal.ids.tolist()).startswith("ße")


def test_left_to_right_and_all_at_once_speak_of_the_same_place(denoiser: Denoiser) -> None:
    context = read(denoiser, "greeting = ")
    canvas = Canvas.blank(6, denoiser.vocabulary.end)
    first = np.array([0])
    whole, causal = denoiser.propose(
        [
            Pass(context=context, canvas=canvas, places=first),
            Pass(context=context, canvas=canvas, places=first, causal=True),
        ]
    )
    assert whole.ids.tolist() == causal.ids.tolist()
