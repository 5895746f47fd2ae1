"""A decoder as one graph says what the same decoder in torch says, up to what 8 bits lose."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from tiny_decoder import TinyDecoder, levels

from unmask_model.onnx.decoder import OnnxDecoder
from unmask_model.protocol.errors import WeightsInvalid

CLOSE = 0.02
"""Largest difference of two rows by their length, where one matrix is rounded a second time."""
ROUNDED = 0.2
"""The same where the rows are rounded too: random weights are harder to round than learned ones."""
CONTEXT, FIRST, NEW = 37, 3, 6


def random_ids(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, count)


def differences(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    return np.linalg.norm(found - wanted, axis=-1) / np.linalg.norm(wanted, axis=-1)


def none(count: int) -> np.ndarray:
    return np.zeros(count, bool)


def test_a_context_is_read_as_torch_reads_it(tiny: TinyDecoder) -> None:
    ids, places = random_ids(CONTEXT), np.arange(CONTEXT)
    sees = np.tri(CONTEXT, dtype=bool)
    hidden, new = tiny.exact.forward(ids, places, none(CONTEXT), [], sees)
    shape = tiny.exact.shape
    assert new.shape == (shape.layers, 2, CONTEXT, shape.kv_heads, shape.head_dim)
    assert differences(hidden, tiny.oracle(ids, places, none(CONTEXT), sees)).max() < CLOSE


def test_pieces_of_a_context_are_read_as_the_whole(tiny: TinyDecoder) -> None:
    ids, places = random_ids(CONTEXT), np.arange(CONTEXT)
    whole, _ = tiny.exact.forward(ids, places, none(CONTEXT), [], np.tri(CONTEXT, dtype=bool))
    cache, rows = tiny.exact.cache(4), []
    for start, stop in ((0, 1), (1, 20), (20, CONTEXT)):
        sees = np.tri(stop, dtype=bool)[start:]
        piece = (ids[start:stop], places[start:stop], none(stop - start))
        hidden, new = tiny.exact.forward(*piece, [(cache, start)], sees)
        cache.append(new)
        rows.append(hidden)
    assert cache.length == CONTEXT
    assert differences(np.concatenate(rows), whole).max() < CLOSE


def test_a_block_sees_context_its_own_slots_and_what_its_mask_says(tiny: TinyDecoder) -> None:
    """Context rows go through the base, block rows through the adapted weights, some are masked."""
    count = CONTEXT + FIRST + NEW
    ids, places = random_ids(count), np.arange(count)
    ids[-2:] = -1
    adapted = places >= CONTEXT
    sees = np.tri(count, dtype=bool)
    sees[-4, -1] = True  # a guess that sees another behind it
    sees[-1, -3:-1] = False
    wanted = tiny.oracle(ids, places, adapted, sees)
    context, own = tiny.exact.cache(CONTEXT), tiny.exact.cache(8)
    read = slice(0, CONTEXT)
    _, new = tiny.exact.forward(ids[read], places[read], adapted[read], [], sees[read, read])
    context.append(new)
    read = slice(CONTEXT, CONTEXT + FIRST)
    past = [(context, CONTEXT)]
    seen = sees[read, : CONTEXT + FIRST]
    _, new = tiny.exact.forward(ids[read], places[read], adapted[read], past, seen)
    own.append(new)
    read = slice(CONTEXT + FIRST, count)
    past = [(context, CONTEXT), (own, FIRST)]
    hidden, _ = tiny.exact.forward(ids[read], places[read], adapted[read], past, sees[read])
    assert differences(hidden, wanted[read]).max() < CLOSE


def test_context_and_block_go_through_in_one_call(tiny: TinyDecoder) -> None:
    count = CONTEXT + NEW
    ids, places = random_ids(count), np.arange(count)
    ids[-3:] = -1
    adapted = places >= CONTEXT
    sees = np.tri(count, dtype=bool)
    sees[CONTEXT:] = True
    hidden, _ = tiny.exact.forward(ids, places, adapted, [], sees)
    assert differences(hidden, tiny.oracle(ids, places, adapted, sees)).max() < CLOSE


def test_what_is_served_rounds_the_rows_of_every_product(tiny: TinyDecoder) -> None:
    ids, places, sees = random_ids(CONTEXT), np.arange(CONTEXT), np.tri(CONTEXT, dtype=bool)
    hidden, _ = tiny.served.forward(ids, places, none(CONTEXT), [], sees)
    assert differences(hidden, tiny.oracle(ids, places, none(CONTEXT), sees)).mean() < ROUNDED
    models = [onnx.load(file, load_external_data=False) for file in tiny.folder.glob("*.onnx")]
    products = 8 * tiny.served.shape.layers + 1
    assert [level.i for model in models for level in levels(model)] == [4] * products


def test_without_a_mask_all_rows_see_all(tiny: TinyDecoder) -> None:
    ids, places = random_ids(NEW), np.arange(NEW)
    sees = np.ones((NEW, NEW), bool)
    one, _ = tiny.exact.forward(ids, places, none(NEW), [], None)
    other, _ = tiny.exact.forward(ids, places, none(NEW), [], sees)
    assert np.array_equal(one, other)


def test_the_head_says_what_torch_says(tiny: TinyDecoder) -> None:
    rows = np.random.default_rng(1).standard_normal((5, tiny.exact.shape.hidden)).astype(np.float32)
    wanted = tiny.base.head(torch.from_numpy(rows)).numpy()
    assert differences(tiny.exact.head(rows), wanted).max() < CLOSE


@pytest.mark.parametrize("kind", ["qwen2", "qwen3"])
def test_a_base_without_an_adapter_is_the_base(
    write_tiny: Callable[[str, bool], TinyDecoder], kind: str
) -> None:
    plain = write_tiny(kind, False)
    assert not plain.exact.mask_row
    assert plain.exact.block == 0
    assert plain.exact.head_ids is None
    ids, places, sees = random_ids(NEW), np.arange(NEW), np.tri(NEW, dtype=bool)
    hidden, _ = plain.exact.forward(ids, places, np.ones(NEW, bool), [], sees)
    assert differences(hidden, plain.oracle(ids, places, none(NEW), sees)).max() < CLOSE


@pytest.mark.parametrize("file", ["body.bin", "head.bin", "body.onnx", "decoder.json", "mask.npy"])
def test_a_damaged_folder_is_refused(tiny: TinyDecoder, tmp_path: Path, file: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny.folder, copy)
    whole = (copy / file).read_bytes()
    (copy / file).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(WeightsInvalid, match="delete it"):
        OnnxDecoder.open(copy)
