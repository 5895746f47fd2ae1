"""The family `causal_block`, against transformers' own modules, in float32 on tiny models."""

from dataclasses import replace
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import CONFIGS, TinyModel, tiny_model
from tiny_block import PROMPT, ask, finish, half_open, logits, opened
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.families.causal_block import torch_backend
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.families.denoiser import Pass, Prompt
from unmask_model.protocol.errors import RequestInvalid, WeightsInvalid
from unmask_model.transformer.adapter import Adapter
from unmask_model.transformer.checkpoint import Checkpoint
from unmask_model.transformer.linear import merge


@pytest.fixture(scope="module", params=sorted(CONFIGS))
def tiny(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TinyModel:
    return tiny_model(tmp_path_factory.mktemp(request.param), request.param)


def ids_read(model: CausalBlock, prompt: Prompt = PROMPT) -> list[int]:
    names = ("fim_prefix", "fim_suffix", "fim_middle", "file_sep")
    before, between, middle, file = (model.vocabulary.special(f"<|{name}|>") for name in names)
    elsewhere = [*prompt.snippets, file] if prompt.snippets else []
    return [*elsewhere, before, between, *prompt.right, middle, *prompt.left]


def test_left_to_right_without_an_adapter_it_is_the_causal_language_model(tiny: TinyModel) -> None:
    model = opened(tiny, adapter=False)
    canvas = half_open(model)
    canvas.commit(np.array([1, 2]), np.array([51, 52]), np.ones(2))
    ours = ask(model, finish(model.prefill(PROMPT, None)), canvas, causal=True)
    ids = [*ids_read(model), 50, 51]
    with torch.no_grad():
        theirs = tiny.oracle(torch.tensor([ids])).logits[0, -3:]
    assert (ours - theirs).abs().max() <= 1e-4


def test_a_block_sees_the_context_and_itself_through_the_adapted_weights(tiny: TinyModel) -> None:
    """The oracle: the context by the base, its cache handed to the merged model with all seen."""
    model = opened(tiny)
    canvas = half_open(model)
    ours = ask(model, finish(model.prefill(PROMPT, None)), canvas)
    ids = ids_read(model)
    adapter = Adapter.open(tiny.adapter, tiny.files.sha256)
    with torch.no_grad():
        cache = tiny.oracle(torch.tensor([ids[:-1]]), use_cache=True).past_key_values
        rows = tiny.oracle.get_input_embeddings()(
            torch.tensor([ids[-1:] + canvas.ids[:-1].tolist()])
        )
        rows[0, 1:][torch.from_numpy(canvas.masked[:-1])] = adapter.mask / folded(
            tiny, "embed_tokens"
        )
        theirs = adapted(tiny, adapter)(
            inputs_embeds=rows,
            past_key_values=cache,
            position_ids=torch.arange(len(ids) - 1, len(ids) + 7)[None],
            attention_mask=torch.zeros(1, 1, 8, len(ids) + 7),
        ).logits[0]
    assert (ours - theirs).abs().max() <= 1e-4


def adapted(tiny: TinyModel, adapter: Adapter) -> torch.nn.Module:
    """Transformers' model with the adapter merged into each of its own matrices."""
    model = type(tiny.oracle)(tiny.oracle.config).eval()
    model.load_state_dict(tiny.oracle.state_dict())
    for index, layer in enumerate(model.model.layers):
        groups = {
            "qkv": [layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj],
            "out": [layer.self_attn.o_proj],
            "gate_up": [layer.mlp.gate_proj, layer.mlp.up_proj],
            "down": [layer.mlp.down_proj],
        }
        for name, modules in groups.items():
            down = adapter.tensors[f"layers.{index}.{name}.down"]
            ups = adapter.tensors[f"layers.{index}.{name}.up"].split(
                [module.weight.shape[0] for module in modules]
            )
            for module, up in zip(modules, ups, strict=True):
                factor = folded(tiny, "q_proj" if module is layer.self_attn.q_proj else name)
                module.weight.data = merge(factor * module.weight.data, down, up) / factor
    return model


def folded(tiny: TinyModel, part: str) -> float:
    """By what a part of a Granite model is multiplied: our adapters change the product."""
    config = tiny.oracle.config
    if config.model_type != "granite":
        return 1.0
    scores = config.attention_multiplier * sqrt(config.hidden_size / config.num_attention_heads)
    layer = config.residual_multiplier
    factors = {"embed_tokens": config.embedding_multiplier, "q_proj": scores}
    return {"out": layer, "down": layer, **factors}.get(part, 1.0)


def test_a_reused_context_gives_the_same_logits_as_a_fresh_one(tiny: TinyModel) -> None:
    model = opened(tiny)
    typed = Prompt(left=(*PROMPT.left, 41, 42), right=PROMPT.right, snippets=PROMPT.snippets)
    warm = finish(model.prefill(typed, finish(model.prefill(PROMPT, None))))
    cold = finish(model.prefill(typed, None))
    assert warm.cached == len(ids_read(model)) - 1
    assert cold.cached == 0
    canvas = half_open(model)
    assert torch.allclose(ask(model, warm, canvas), ask(model, cold, canvas), atol=1e-5)


def test_text_from_elsewhere_is_not_read_again_after_an_edit_on_the_right(tiny: TinyModel) -> None:
    model = opened(tiny)
    edited = Prompt(left=PROMPT.left, right=(1, *PROMPT.right), snippets=PROMPT.snippets)
    first = finish(model.prefill(PROMPT, None))
    kept = len(PROMPT.snippets) + len(("file mark", "before", "between"))
    assert model.unread(edited, first) == len(ids_read(model, edited)) - 1 - kept
    assert model.unread(PROMPT, first) == 0


def test_reading_can_stop_between_chunks(tiny: TinyModel) -> None:
    model = opened(tiny)
    unread = list(model.prefill(PROMPT, None))
    assert unread == sorted(unread, reverse=True)
    assert len(unread) > 1


def test_an_extended_context_is_the_one_read_at_once(tiny: TinyModel) -> None:
    model = opened(tiny)
    context = finish(model.prefill(PROMPT, None))
    longer = model.extend(context, [90, 91, 92])
    whole = Prompt(left=(*PROMPT.left, 90, 91, 92), right=PROMPT.right, snippets=PROMPT.snippets)
    canvas = half_open(model)
    expected = ask(model, finish(model.prefill(whole, None)), canvas)
    assert torch.allclose(ask(model, longer, canvas), expected, atol=1e-5)


def test_two_blocks_may_follow_the_same_context(tiny: TinyModel) -> None:
    model = opened(tiny)
    context = finish(model.prefill(PROMPT, None))
    canvas = half_open(model)
    before = ask(model, context, canvas)
    one = ask(model, model.extend(context, [90, 91]), canvas)
    other = model.extend(context, [95])
    assert torch.equal(ask(model, context, canvas), before)
    assert not torch.allclose(ask(model, other, canvas), one)


def test_canvases_in_one_pass_do_not_see_each_other(tiny: TinyModel) -> None:
    model = opened(tiny)
    near = finish(model.prefill(PROMPT, None))
    far = finish(model.prefill(Prompt(left=(5, 6), right=()), None))
    passes = [
        Pass(context=near, canvas=half_open(model), places=np.array([1, 2])),
        Pass(context=far, canvas=Canvas.blank(5, 1), places=np.array([4])),
        Pass(context=far, canvas=half_open(model), places=np.array([0]), causal=True),
    ]
    together = logits(model, passes)
    alone = [logits(model, [one])[0] for one in passes]
    for both, single in zip(together, alone, strict=True):
        assert torch.allclose(both, single, atol=1e-5)


def test_an_empty_context_can_be_filled(tiny: TinyModel) -> None:
    model = opened(tiny)
    context = finish(model.prefill(Prompt(left=(), right=()), None))
    assert ask(model, context, Canvas.blank(4, 1)).shape == (4, 272)


def test_a_base_without_an_adapter_refuses_masks(tiny: TinyModel) -> None:
    model = opened(tiny, adapter=False)
    context = finish(model.prefill(PROMPT, None))
    masked = Pass(context=context, canvas=Canvas.blank(4, 1), places=np.arange(4))
    with pytest.raises(RequestInvalid, match="autoregressive"):
        model.propose([masked])


def test_an_adapter_of_another_base_is_refused(tiny: TinyModel) -> None:
    with pytest.raises(WeightsInvalid, match=r"not on"):
        Adapter.open(tiny.adapter, "1" * 64)


def test_a_missing_tensor_is_named(tiny: TinyModel, tmp_path: Path) -> None:
    checkpoint = Checkpoint.open(tiny.files.config, tiny.files.tensors, torch.float32)
    del checkpoint.tensors["model.layers.1.mlp.up_proj.weight"]
    with pytest.raises(WeightsInvalid, match=r"model\.layers\.1\.mlp\.up_proj\.weight"):
        checkpoint.decoder()


def test_left_to_right_place_by_place_is_the_same_as_all_at_once(tiny: TinyModel) -> None:
    model = opened(tiny)
    context = finish(model.prefill(PROMPT, None))
    whole = Canvas.blank(8, model.vocabulary.end)
    whole.commit(np.arange(8), np.arange(50, 58), np.ones(8))
    once = Pass(context=context, canvas=whole, places=np.arange(8), causal=True)
    expected = logits(model, [once])[0]
    canvas = Canvas.blank(8, model.vocabulary.end)
    for place in range(8):
        one = Pass(context=context, canvas=canvas, places=np.array([place]), causal=True)
        assert torch.allclose(logits(model, [one])[0][0], expected[place], atol=1e-5)
        canvas.commit(np.array([place]), np.array([50 + place]), np.ones(1))


def test_a_place_that_changed_is_read_again_left_to_right(tiny: TinyModel) -> None:
    model = opened(tiny)
    context = finish(model.prefill(PROMPT, None))
    canvas = Canvas.blank(8, model.vocabulary.end)
    canvas.commit(np.arange(8), np.arange(50, 58), np.ones(8))
    one = Pass(context=context, canvas=canvas, places=np.array([7]), causal=True)
    logits(model, [one])
    canvas.commit(np.array([2]), np.array([99]), np.ones(1))
    other = Pass(context=context, canvas=canvas.copy(), places=np.array([7]), causal=True)
    assert torch.allclose(logits(model, [one])[0], logits(model, [other])[0], atol=1e-5)


def test_a_trimmed_head_gives_the_columns_it_kept(tiny: TinyModel, tmp_path: Path) -> None:
    adapter = Adapter.open(tiny.adapter, tiny.files.sha256)
    kept = torch.tensor([3, 40, 200, 256])  # END among them
    trimmed = tmp_path / "trimmed.safetensors"
    Adapter(tensors=adapter.tensors | {"head_ids": kept.int()}, metadata=adapter.metadata).save(
        trimmed
    )
    model, whole = opened(replace(tiny, adapter=trimmed)), opened(tiny)
    assert model.head_ids is not None
    assert model.head_ids.tolist() == kept.tolist()
    few = ask(model, finish(model.prefill(PROMPT, None)), half_open(model))
    all_ = ask(whole, finish(whole.prefill(PROMPT, None)), half_open(whole))
    assert torch.allclose(few, all_[:, kept], atol=1e-5)


def test_guesses_ahead_leave_the_left_to_right_reading_as_it_is(tiny: TinyModel) -> None:
    model = opened(tiny)
    context = finish(model.prefill(PROMPT, None))
    canvas = Canvas.blank(8, model.vocabulary.end)
    canvas.commit(np.arange(3), np.array([50, 51, 52]), np.ones(3))
    plain = Pass(context=context, canvas=canvas, places=np.arange(4), causal=True)
    guessing = replace(plain, canvas=canvas.copy(), lookahead=3, guessed=np.arange(4))
    both = logits(model, [guessing])[0]
    assert both.shape[0] == 4 * (1 + 3)
    assert torch.allclose(both[:4], logits(model, [plain])[0], atol=1e-5)


def test_a_guess_sees_what_its_place_sees_and_its_own_group(tiny: TinyModel) -> None:
    """The oracle: each place's group alone, in a pass of its own."""
    model = opened(tiny)
    context = finish(model.prefill(PROMPT, None))
    canvas = Canvas.blank(8, model.vocabulary.end)
    canvas.commit(np.arange(3), np.array([50, 51, 52]), np.ones(3))
    places = np.arange(4)
    at_once = Pass(
        context=context,
        canvas=canvas,
        places=places,
        causal=True,
        lookahead=2,
        guessed=np.arange(4),
    )
    guesses = logits(model, [at_once])[0][4:].unflatten(0, (4, 2))
    for place in range(4):
        alone = Pass(
            context=context,
            canvas=canvas.copy(),
            places=np.array([place]),
            causal=True,
            lookahead=2,
            guessed=np.arange(1),
        )
        assert torch.allclose(logits(model, [alone])[0][1:], guesses[place], atol=1e-5)


def test_a_pass_that_failed_half_way_can_be_made_again(
    tiny: TinyModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = opened(tiny)
    context = finish(model.prefill(PROMPT, None))
    canvas = Canvas.blank(8, model.vocabulary.end)
    canvas.commit(np.arange(8), np.arange(50, 58), np.ones(8))
    one = Pass(context=context, canvas=canvas, places=np.arange(8), causal=True)
    expected = logits(model, [replace(one, canvas=canvas.copy())])[0]

    def broken(*_: object) -> Tensor:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(torch_backend, "attention", broken)
        with pytest.raises(MemoryError):
            logits(model, [one])
    assert torch.allclose(logits(model, [one])[0], expected, atol=1e-5)


@pytest.mark.parametrize("lacking", ["mask", "block", "END"])
def test_an_adapter_that_lacks_something_is_invalid_in_one_line(
    tiny: TinyModel, tmp_path: Path, lacking: str
) -> None:
    whole = Adapter.open(tiny.adapter, tiny.files.sha256)
    tensors, metadata = dict(whole.tensors), dict(whole.metadata)
    if lacking == "END":
        tensors["head_ids"] = torch.tensor([3, 40], dtype=torch.int32)
    tensors.pop(lacking, None)
    metadata.pop(lacking, None)
    file = tmp_path / "poor.safetensors"
    Adapter(tensors=tensors, metadata=metadata).save(file)
    with pytest.raises(WeightsInvalid):
        opened(replace(tiny, adapter=file))
