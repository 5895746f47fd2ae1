"""Open diffusion models against transformers' own modules, in float32 on tiny checkpoints."""

import re
from collections.abc import Generator
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny_families import FAMILIES, TinyModel, tiny_family
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.denoiser import Context, Denoiser, Pass, Prompt
from unmask_model.families.open.family_kind import family_of
from unmask_model.families.open_family import open_family
from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.transformer.execution import Execution, Weights
from unmask_model.weights.base_files import BaseFiles

PROMPT = Prompt(left=tuple(range(40, 140)), right=tuple(range(200, 230)), snippets=(7, 8, 9))
TYPED = replace(PROMPT, left=(*PROMPT.left, 41, 42))
OPENING = {"dreamon": "dream"}
"""Names of tiny checkpoints whose family has another name."""


@pytest.fixture(scope="module", params=sorted(FAMILIES))
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return tiny_family(tmp_path_factory.mktemp("families") / request.param, request.param)


def open_anew(files: BaseFiles) -> Denoiser:
    family = family_of(files)
    assert family is not None
    return open_family(family, files, Execution(weights=Weights.FLOAT32))


opened = cache(open_anew)


def finish(reading: Generator[int, None, Context]) -> Context:
    while True:
        try:
            next(reading)
        except StopIteration as done:
            context: Context = done.value
            return context


def read(model: Denoiser, prompt: Prompt = PROMPT, reuse: Context | None = None) -> Context:
    return finish(model.prefill(prompt, reuse))


def half_open(model: Denoiser, context: Context) -> Canvas:
    canvas = Canvas.blank(min(9, model.room(context)), model.vocabulary.end)
    canvas.commit(np.array([0]), np.array([50]), np.ones(1))
    return canvas


def ask(model: Denoiser, context: Context, canvas: Canvas) -> Tensor:
    places = np.arange(len(canvas))
    return model.logits([Pass(context=context, canvas=canvas, places=places)])[0]


def in_order(tiny: TinyModel, prompt: Prompt, block: list[int]) -> tuple[list[int], int]:
    """All ids as the publisher would lay them out, and where the block begins."""
    family, left = tiny.family, [*prompt.snippets, *prompt.left]
    if not family.block:
        head = [tiny.ids[family.opening]] if family.opening else []
        tail = [tiny.ids[family.closing]] if family.closing else []
        return [*head, *left, *block, *prompt.right, *tail], len(head) + len(left)
    marks = [
        tiny.ids[f"<|fim_{mark}|>"]
        for mark in ("prefix", "suffix", "middle")
        if tiny.ids.get("<|fim_prefix|>")
    ]
    if marks:
        before = [marks[0], *left, marks[1], *prompt.right, marks[2]]
    else:
        before = [*prompt.right, *left]
    return [*before, *block], len(before)


def oracle_logits(tiny: TinyModel, prompt: Prompt, canvas: Canvas) -> Tensor:
    """What transformers' modules say of the places of a canvas, (T, V)."""
    mask = next(id_ for text, id_ in tiny.ids.items() if "mask" in text.lower() or text == "<M>")
    block = np.where(canvas.masked, mask, canvas.ids).tolist()
    ids, start = in_order(tiny, prompt, block)
    seen = torch.zeros(1, 1, len(ids), len(ids))
    if tiny.family.block:
        grid = torch.arange(len(ids)) // tiny.family.block
        seen[0, 0, grid[:, None] < grid] = -torch.inf
    with torch.no_grad():
        logits = tiny.oracle(torch.tensor([ids]), attention_mask=seen).logits[0]
    first = start - int(tiny.family.shift)
    return logits[first : first + len(block)]


def test_a_familys_files_are_told_by_themselves(tiny: TinyModel, request) -> None:
    name = request.node.callspec.params["tiny"]
    assert family_of(tiny.files) == OPENING.get(name, name)


def test_logits_are_those_of_transformers_with_the_right_mask(tiny: TinyModel) -> None:
    model = opened(tiny.files)
    context = read(model)
    canvas = half_open(model, context)
    ours, theirs = ask(model, context, canvas), oracle_logits(tiny, PROMPT, canvas)
    assert ours.shape == theirs.shape
    assert (ours - theirs).abs().max() <= 1e-4


def test_the_oracle_would_notice_a_wrong_mask_or_shift(tiny: TinyModel) -> None:
    model = opened(tiny.files)
    context = read(model)
    canvas = half_open(model, context)
    theirs = oracle_logits(tiny, replace(PROMPT, right=(1, *PROMPT.right)), canvas)
    assert (ask(model, context, canvas) - theirs).abs().max() > 1e-2


def test_canvases_in_one_pass_do_not_see_each_other(tiny: TinyModel) -> None:
    model = opened(tiny.files)
    near, far = read(model), read(model, Prompt(left=(5, 6), right=(9,)))
    passes = [
        Pass(context=near, canvas=half_open(model, near), places=np.array([0])),
        Pass(context=far, canvas=Canvas.blank(1, 1), places=np.array([0])),
        Pass(context=far, canvas=half_open(model, far), places=np.array([0])),
    ]
    together = model.logits(passes)
    for both, one in zip(together, passes, strict=True):
        assert torch.allclose(both, model.logits([one])[0], atol=1e-5)


def test_a_reused_context_gives_the_logits_of_a_fresh_one(tiny: TinyModel) -> None:
    model = opened(tiny.files)
    warm, cold = read(model, TYPED, read(model)), read(model, TYPED)
    assert (cold.cached, warm.tokens) == (0, cold.tokens)
    assert bool(warm.cached) is bool(tiny.family.block)
    canvas = half_open(model, cold)
    assert torch.allclose(ask(model, warm, canvas), ask(model, cold, canvas), atol=1e-5)


def test_what_is_counted_as_unread_is_what_is_read(tiny: TinyModel) -> None:
    model = opened(tiny.files)
    for reuse in (None, read(model)):
        counts = list(model.prefill(TYPED, reuse))
        assert counts == sorted(counts, reverse=True)
        assert (counts or [0])[0] == model.unread(TYPED, read(model) if reuse else None)


def test_a_finished_block_is_context_of_the_next(tiny: TinyModel) -> None:
    model = opened(tiny.files)
    block = [90, 91, 92][: model.room(read(model))]
    longer = model.extend(read(model), block)
    canvas = half_open(model, longer)
    ids = replace(PROMPT, left=(*PROMPT.left, *block))
    if not tiny.family.block:
        assert torch.allclose(ask(model, longer, canvas), ask(model, read(model, ids), canvas))
        return
    whole = Canvas.blank(len(block) + len(canvas), model.vocabulary.end)
    whole.commit(np.arange(len(block) + 1), np.array([*block, 50]), np.ones(1))
    theirs = oracle_logits(tiny, PROMPT, whole)[len(block) :]
    assert torch.allclose(ask(model, longer, canvas), theirs, atol=1e-4)


def test_an_empty_context_can_be_filled(tiny: TinyModel) -> None:
    model = opened(tiny.files)
    context = read(model, Prompt(left=(), right=()))
    canvas = Canvas.blank(1, model.vocabulary.end)
    assert ask(model, context, canvas).isfinite().all()
    if tiny.family.opening or tiny.family.block:
        theirs = oracle_logits(tiny, Prompt(left=(), right=()), canvas)
        assert torch.allclose(ask(model, context, canvas), theirs, atol=1e-4)


@pytest.fixture
def damaged(tiny: TinyModel, tmp_path: Path) -> tuple[BaseFiles, dict[str, Tensor]]:
    """The files of a model with its tensors in one file of their own."""
    shards = tiny.files.tensors.parent.glob("*.safetensors")
    tensors = {name: value for shard in shards for name, value in load_file(shard).items()}
    return replace(tiny.files, tensors=tmp_path / "model.safetensors"), tensors


def test_a_missing_tensor_is_named(damaged: tuple[BaseFiles, dict[str, Tensor]]) -> None:
    files, tensors = damaged
    for name in (name for name in tensors if ".1." in name or "norm" in name):
        save_file({key: tensors[key] for key in tensors if key != name}, files.tensors)
        with pytest.raises(WeightsInvalid, match=re.escape(f"'{name}'")):
            open_anew(files)


def test_a_tensor_of_another_shape_is_named(damaged: tuple[BaseFiles, dict[str, Tensor]]) -> None:
    files, tensors = damaged
    for name in (name for name in tensors if ".1." in name):
        save_file({**tensors, name: tensors[name][:-1].clone()}, files.tensors)
        with pytest.raises(WeightsInvalid, match=re.escape(f"'{name}'")):
            open_anew(files)
