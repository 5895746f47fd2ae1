"""Passes of fixed shapes say what plain ones say; torch.compile may take a while."""

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from devices import DEVICES
from tiny_block import finish
from tiny_families import tiny_family
from torch import Tensor

from unmask_model.decoding.canvas import Canvas
from unmask_model.families import block_causal, fixed_shapes, full_attention
from unmask_model.families.denoiser import Denoiser, Pass, Prompt
from unmask_model.families.fixed_shapes import FixedShapes, PassShape, forward_of
from unmask_model.families.forward_rows import Flat, ForwardRows
from unmask_model.families.open_family import open_family
from unmask_model.transformer.decoder import Decoder
from unmask_model.transformer.execution import Caching, Execution, Keep, Weights
from unmask_model.transformer.int8_dynamic import Int8DynamicLinear
from unmask_model.transformer.kv_cache import KVCache

PROMPT = Prompt(left=tuple(range(40, 100)), right=tuple(range(200, 230)))
quiet = pytest.mark.filterwarnings("ignore:.*torch.jit.script_method.*:DeprecationWarning")
"""torch.compile imports a module of torch that uses what torch has deprecated."""


@pytest.fixture(autouse=True)
def few_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each shape is a pass when a model is opened."""
    for module in (full_attention, block_causal):
        monkeypatch.setattr(module, "WINDOW", 128)
        monkeypatch.setattr(module, "SEEN_APART", 128)


@pytest.fixture
def compiler() -> Iterator[None]:
    """torch.compile counts what it compiled in a process, and refuses after some."""
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler is left out: shapes and padding are what is looked at."""
    monkeypatch.setattr(torch, "compile", lambda function, **_: function)


def opened(folder: Path, name: str, execution: Execution) -> Denoiser:
    return open_family(name, tiny_family(folder / name, name).files, execution)


def steps(model: Denoiser, count: int = 4) -> list[Tensor]:
    """The logits of a canvas at each of some steps; each step commits one place."""
    context = finish(model.prefill(PROMPT, None))
    canvas = Canvas.blank(min(8, model.room(context)), model.vocabulary.end)
    tables = []
    for place in range(count):
        every = np.arange(len(canvas))
        tables += model.logits([Pass(context=context, canvas=canvas, places=every)])
        canvas.commit(np.array([place % len(canvas)]), np.array([50]), np.ones(1))
    return tables


def agree(folder: Path, name: str, caching: Caching, device: str = "cpu") -> None:
    plain, fixed = (
        opened(
            folder,
            name,
            Execution(
                weights=Weights.FLOAT32,
                device=torch.device(device),
                caching=caching,
                compiled=compiled,
            ),
        )
        for compiled in (False, True)
    )
    assert isinstance(fixed._forward, FixedShapes)
    for one, other in zip(steps(plain), steps(fixed), strict=True):
        assert one.shape == other.shape
        assert (one - other).abs().max() <= 1e-4


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("name", ["dream", "llada", "coda", "sdar"])
def test_padding_changes_nothing(tmp_path: Path, name: str) -> None:
    agree(tmp_path, name, Caching())


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("name", ["dream", "llada"])
def test_what_is_kept_on_both_sides_is_seen_as_in_a_plain_pass(tmp_path: Path, name: str) -> None:
    agree(tmp_path, name, Caching(kept=Keep.BOTH, refresh=3))


@quiet
@pytest.mark.slow
@pytest.mark.usefixtures("compiler")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize(
    ("name", "caching"),
    [("dream", Caching()), ("llada", Caching(kept=Keep.BOTH)), ("sdar", Caching())],
)
def test_compiled_passes_say_what_plain_ones_say(
    tmp_path: Path, name: str, caching: Caching, device: str
) -> None:
    agree(tmp_path, name, caching, device)


@quiet
@pytest.mark.slow
@pytest.mark.usefixtures("compiler")
@pytest.mark.timeout(600)
def test_a_layer_is_compiled_twice_at_most_for_all_layers_and_shapes(decoder: Decoder) -> None:
    torch._dynamo.utils.counters.clear()
    FixedShapes(decoder, [PassShape(sees=16 * n, rows=8 * n, places=4) for n in range(2, 5)])
    assert 1 <= torch._dynamo.utils.counters["stats"]["unique_graphs"] <= 2


@quiet
@pytest.mark.slow
@pytest.mark.usefixtures("compiler")
@pytest.mark.timeout(600)
def test_weights_of_few_bits_are_compiled_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        Int8DynamicLinear, "fits", lambda _: False
    )  # its weights are laid out for oneDNN
    on_cpu = torch.device("cpu")
    plain, fixed = (
        opened(tmp_path, "llada", Execution(weights=Weights.INT4, device=on_cpu, compiled=compiled))
        for compiled in (False, True)
    )
    assert isinstance(fixed._forward, FixedShapes)
    for one, other in zip(steps(plain), steps(fixed), strict=True):
        assert float((one - other).norm() / one.norm()) < 0.05  # bfloat16 where it is native


@pytest.fixture
def decoder(tmp_path: Path) -> Decoder:
    model = opened(tmp_path, "dream", Execution(weights=Weights.FLOAT32, compiled=False))
    found = model._decoder
    assert isinstance(found, Decoder)
    return found


def rows_of_text(rows: int, decoder: Decoder, sees: int = 0) -> ForwardRows:
    memory = KVCache(decoder.shape, 64, torch.float32)
    for kept in memory.all_layers(64):
        torch.nn.init.normal_(kept)
    return ForwardRows(
        reads=torch.arange(rows),
        positions=torch.arange(rows) + sees,
        wanted=torch.arange(min(rows, 3)),
        memory=memory,
        before=sees,
    )


@torch.inference_mode()
@pytest.mark.usefixtures("eager")
def test_nothing_is_left_of_the_text_before(decoder: Decoder) -> None:
    fixed = FixedShapes(decoder, [PassShape(sees=32, rows=16, places=4)])
    fixed([rows_of_text(16, decoder, sees=32)])
    short = rows_of_text(5, decoder, sees=3)
    assert torch.allclose(fixed([short])[0], Flat(decoder)([short])[0], atol=1e-5)


@torch.inference_mode()
@pytest.mark.usefixtures("eager")
def test_what_fits_no_shape_and_several_texts_go_the_plain_way(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fixed = FixedShapes(decoder, [PassShape(sees=32, rows=16, places=4)])
    monkeypatch.setattr(fixed_shapes.Padded, "__call__", lambda *_: pytest.fail("padded"))
    few = rows_of_text(4, decoder)
    for texts in ([rows_of_text(17, decoder)], [few, few], [rows_of_text(4, decoder, sees=33)]):
        for one, other in zip(fixed(texts), Flat(decoder)(texts), strict=True):
            assert torch.equal(one, other)


def test_a_model_that_cannot_be_compiled_goes_the_plain_way_and_says_so(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no C++ compiler found\nand much more")

    monkeypatch.setattr(torch, "compile", refuse)
    shapes = [PassShape(sees=0, rows=8, places=4)]
    with caplog.at_level(logging.WARNING):
        assert isinstance(forward_of(decoder, shapes, compiled=True), Flat)
    assert caplog.messages == ["passes of this model are not compiled: no C++ compiler found"]


def test_experts_are_not_compiled_and_on_a_cpu_nothing_is_unless_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    moe = opened(tmp_path, "llada_moe", Execution(weights=Weights.FLOAT32, compiled=True))
    assert isinstance(moe._forward, Flat)
    assert "experts" in caplog.text
    plain = opened(
        tmp_path, "dream", Execution(weights=Weights.FLOAT32, device=torch.device("cpu"))
    )
    assert isinstance(plain._forward, Flat)


@pytest.mark.parametrize("name", ["dream", "llada", "coda", "sdar"])
@pytest.mark.parametrize("kept", [Keep.NONE, Keep.BOTH])
def test_nothing_in_a_pass_waits_for_the_device(tmp_path: Path, name: str, kept: str) -> None:
    """The device `meta` has no numbers: code that waits for one fails."""
    model = opened(
        tmp_path, name, Execution(device=torch.device("meta"), caching=Caching(kept=kept))
    )
    for table in steps(model):
        assert table.is_meta
        with pytest.raises((RuntimeError, NotImplementedError)):
            float(table[0, 0])
