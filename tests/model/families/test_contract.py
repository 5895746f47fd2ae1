"""What every model family has to keep; here those that run without weights."""

from collections.abc import Generator

import pytest
import torch

from unmask_model.decoding.canvas import Canvas
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


def test_logits_have_a_row_for_each_place_and_a_column_for_each_id(denoiser: Denoiser) -> None:
    context = read(denoiser, "greeting = ")
    canvas = Canvas.blank(10, denoiser.vocabulary.end)
    columns = denoiser.vocabulary.size if denoiser.head_ids is None else len(denoiser.head_ids)
    for places in ([0], [3, 7], list(range(10))):
        one = Pass(context=context, canvas=canvas, places=torch.tensor(places))
        (logits,) = denoiser.logits([one])
        assert logits.shape == (len(places), columns)


def test_passing_canvases_together_changes_nothing(denoiser: Denoiser) -> None:
    passes = [
        Pass(
            context=read(denoiser, left),
            canvas=Canvas.blank(places, denoiser.vocabulary.end),
            places=torch.arange(places),
        )
        for left, places in (("greeting = ", 8), ("long = [", 24), ("x", 1))
    ]
    alone = [denoiser.logits([one])[0] for one in passes]
    together = denoiser.logits(passes)
    assert all(torch.equal(one, other) for one, other in zip(alone, together, strict=True))


def test_a_context_read_with_reuse_is_the_one_read_without(denoiser: Denoiser) -> None:
    earlier = read(denoiser, "import os\nlong ", "\n")
    warm = read(denoiser, "import os\nlong = [", "\n", reuse=earlier)
    cold = read(denoiser, "import os\nlong = [", "\n")
    assert (warm.tokens, cold.cached) == (cold.tokens, 0)
    assert warm.cached > 0
    canvas = Canvas.blank(8, denoiser.vocabulary.end)
    places = torch.arange(8)
    warm_logits, cold_logits = denoiser.logits(
        [Pass(context=context, canvas=canvas, places=places) for context in (warm, cold)]
    )
    assert torch.equal(warm_logits, cold_logits)


def test_a_finished_block_is_part_of_the_context_of_the_next(denoiser: Denoiser) -> None:
    context = read(denoiser, "greeting = ")
    first = denoiser.vocabulary.encode('"grü')
    longer = denoiser.extend(context, first)
    assert longer.tokens == context.tokens + len(first)
    canvas = Canvas.blank(4, denoiser.vocabulary.end)
    (logits,) = denoiser.logits([Pass(context=longer, canvas=canvas, places=torch.arange(4))])
    assert denoiser.vocabulary.decode(logits.argmax(dim=-1).tolist()).startswith("ße")


def test_left_to_right_and_all_at_once_speak_of_the_same_place(denoiser: Denoiser) -> None:
    context = read(denoiser, "greeting = ")
    canvas = Canvas.blank(6, denoiser.vocabulary.end)
    first = torch.tensor([0])
    whole, causal = denoiser.logits(
        [
            Pass(context=context, canvas=canvas, places=first),
            Pass(context=context, canvas=canvas, places=first, causal=True),
        ]
    )
    assert whole.argmax() == causal.argmax()
