"""`causal_block` on ONNX Runtime: what goes through one pass says what single passes say."""

from dataclasses import replace

import numpy as np
import pytest
from tiny import tiny_model
from tiny_block import PROMPT, finish
from tiny_decoder import TinyDecoder, tiny_decoder

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.constraints import Constraints
from unmask_model.decoding.proposal import Proposal
from unmask_model.engine.engine import Engine
from unmask_model.families.causal_block.causal_block import JOINED, CausalBlock
from unmask_model.families.causal_block.onnx_backend import OnnxBackend
from unmask_model.families.denoiser import Context, Pass, Prompt
from unmask_model.onnx.converted_names import TOKENIZER
from unmask_model.protocol.request import InfillRequest, InfillResult
from unmask_model.tokens.fim_marks import open_vocabulary


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> TinyDecoder:
    folder = tmp_path_factory.mktemp("tiny")
    return tiny_decoder(tiny_model(folder, "qwen2"), folder)


def opened(tiny: TinyDecoder, *, joint: bool = True, lazy_head: bool = True) -> CausalBlock:
    backend = OnnxBackend(tiny.exact)
    backend.joint, backend.lazy_head = joint, lazy_head
    return CausalBlock(backend, open_vocabulary(tiny.folder / TOKENIZER))


def typed(model: CausalBlock, count: int) -> Context:
    """A context of which the last `count` ids came after the others were read."""
    before = finish(model.prefill(PROMPT, None))
    longer = replace(PROMPT, left=(*PROMPT.left, *range(50, 50 + count)))
    return finish(model.prefill(longer, before))


def kinds(model: CausalBlock, context: Context) -> list[Pass]:
    half = Canvas.blank(8, model.vocabulary.end)
    half.commit(np.array([0, 1]), np.array([60, 61]), np.ones(2))
    draft = np.array([70, 71])
    return [
        Pass(context=context, canvas=half, places=half.open_places),
        Pass(
            context=context,
            canvas=half.copy(),
            places=np.arange(2, 5),
            causal=True,
            draft=draft,
            lookahead=2,
            guessed=np.array([0, 2]),
        ),
        Pass(context=context, canvas=half.copy(), places=np.array([2]), causal=True),
    ]


def same(one: Proposal, other: Proposal) -> bool:
    assert one.ids.tolist() == other.ids.tolist()
    if one.lookahead or other.lookahead:
        assert one.lookahead
        assert other.lookahead
        assert one.lookahead.ids.tolist() == other.lookahead.ids.tolist()
        assert one.lookahead.behind == other.lookahead.behind
    return np.allclose(one.confidence, other.confidence, atol=1e-4)


@pytest.mark.parametrize("count", [1, 3, JOINED, JOINED + 1])
@pytest.mark.parametrize("kind", [0, 1, 2])
def test_what_was_typed_last_is_read_in_the_pass_that_writes(
    tiny: TinyDecoder, count: int, kind: int
) -> None:
    joint, apart = opened(tiny), opened(tiny, joint=False)
    passes = [kinds(model, typed(model, count))[kind] for model in (joint, apart)]
    (one,), (other,) = joint.propose(passes[:1]), apart.propose(passes[1:])
    assert same(one, other)


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_canvases_that_share_a_context_read_the_rest_of_it_once(
    tiny: TinyDecoder, kind: int
) -> None:
    model = opened(tiny)
    context = typed(model, 3)
    every = kinds(model, context)
    sent = [model.rows(one) for one in every]
    together = model.propose(every)
    alone = opened(tiny)
    other = kinds(alone, typed(alone, 3))[kind]
    assert same(together[kind], alone.propose([other])[0])
    again = kinds(model, context)
    assert [before - model.rows(one) for before, one in zip(sent, again, strict=True)] == [3, 3, 3]


def test_the_head_is_asked_for_the_guesses_that_count_alone(tiny: TinyDecoder) -> None:
    lazy, whole = opened(tiny), opened(tiny, lazy_head=False)
    (one,) = lazy.propose([kinds(lazy, typed(lazy, 2))[1]])
    (other,) = whole.propose([kinds(whole, typed(whole, 2))[1]])
    assert same(one, other)


def test_a_context_that_goes_on_elsewhere_leaves_the_old_one_as_it_was(tiny: TinyDecoder) -> None:
    model = opened(tiny)
    first = finish(model.prefill(PROMPT, None))
    wanted = model.propose([kinds(model, first)[2]])[0]
    other = replace(PROMPT, left=(*PROMPT.left[:-20], *range(30, 60)))
    finish(model.prefill(other, first))
    assert same(model.propose([kinds(model, first)[2]])[0], wanted)


def test_nothing_that_is_ruled_out_is_proposed(tiny: TinyDecoder) -> None:
    model = opened(tiny)
    one = kinds(model, typed(model, 1))[2]
    (free,) = model.propose([one])
    rules = Constraints(barred_rows=np.array([0]), barred_columns=free.ids[:1])
    (barred,) = model.propose([replace(one, constraints=rules, canvas=one.canvas.copy())])
    assert barred.ids[0] != free.ids[0] == barred.choice.free[0]


def answer(model: CausalBlock, left: str, sampler: str, document: str = "") -> InfillResult:
    engine = Engine(model, model="tiny")
    request = InfillRequest(
        left=left, right="\nprint(1)\n", sampler=sampler, max_tokens=40, document=document
    )
    *_, result = engine.fill(request)
    assert isinstance(result, InfillResult)
    return result


@pytest.mark.parametrize("left", ["def f(x):\n    return ", "import os\n\n\nclass A:\n    ", "x"])
def test_verify_says_what_left_to_right_says(tiny: TinyDecoder, left: str) -> None:
    expected = answer(opened(tiny), left, "autoregressive")
    verified = answer(opened(tiny), left, "verify:min_acceptance=0")
    assert verified.text == expected.text
    assert verified.stop_reason is expected.stop_reason


def test_an_empty_context_can_be_filled(tiny: TinyDecoder) -> None:
    model = opened(tiny)
    context = finish(model.prefill(Prompt(left=(), right=()), None))
    canvas = Canvas.blank(4, 1)
    (proposal,) = model.propose([Pass(context=context, canvas=canvas, places=np.arange(4))])
    assert len(proposal.ids) == 4
