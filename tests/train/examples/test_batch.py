"""Copies of blocks, laid out as tensors."""

import pytest
import torch

from unmask_train.examples.batch import Batch, Batcher
from unmask_train.examples.examples import Example
from unmask_train.examples.masked_copies import Copier, Copy, Layout, Weighting

END = 999
EXAMPLE = Example(ids=tuple(range(100, 120)), starts=(5, 14))
OTHER = Example(ids=tuple(range(200, 212)), starts=(3,))
COPIES = (Copy.BLANK, Copy.LEFT, Copy.SCATTERED, Copy.CAUSAL)
LENGTH = 8
LAYOUT = Layout(copies=tuple((kind,) for kind in COPIES), groups=2, ahead=3)
SLOTS = LENGTH * 4 + 6


@pytest.fixture
def batch() -> Batch:
    batcher = Batcher(LAYOUT, Weighting(), END, seed=0)
    return batcher.build([EXAMPLE, OTHER], LENGTH, blocks=2)


def slots_of(batch: Batch, block: int, copy: Copy, example: int = 0) -> slice:
    first = block * SLOTS + COPIES.index(copy) * LENGTH
    assert batch.kinds[example, first] == int(copy)
    return slice(first, first + LENGTH)


def test_a_slot_predicts_the_place_after_what_it_reads(batch: Batch) -> None:
    slots = slots_of(batch, 0, Copy.CAUSAL)
    assert batch.reads[0, slots].tolist() == list(range(104, 112))
    assert batch.targets[0, slots].tolist() == list(range(105, 113))
    assert batch.positions[0, slots].tolist() == list(range(4, 12))


def test_a_blank_copy_shows_nothing_but_the_token_left_of_it(batch: Batch) -> None:
    assert batch.reads[0, slots_of(batch, 0, Copy.BLANK)].tolist() == [104] + [-1] * 7


def test_a_left_copy_shows_a_left_part(batch: Batch) -> None:
    shown = batch.reads[0, slots_of(batch, 0, Copy.LEFT)][1:] >= 0
    assert bool(shown[0])
    assert shown.tolist() == sorted(shown.tolist(), reverse=True)


def test_a_hole_shorter_than_its_block_ends_with_END(batch: Batch) -> None:
    slots = slots_of(batch, 1, Copy.BLANK)
    assert batch.targets[0, slots].tolist() == [*range(114, 120), END, END]
    weights = batch.weights[0, slots]
    assert weights[6] > 0.5
    assert 0 < weights[7] < 0.1


def test_only_masked_places_have_a_loss_and_only_real_ones_left_to_right(batch: Batch) -> None:
    slots = slots_of(batch, 1, Copy.SCATTERED)
    known = torch.cat([batch.reads[0, slots][1:] >= 0, torch.tensor([False])])
    assert not bool((batch.weights[0, slots][known] > 0).any())
    causal = batch.weights[0, slots_of(batch, 1, Copy.CAUSAL)]
    assert (causal > 0).tolist() == [True] * 7 + [False]


def test_a_copy_sees_itself_and_no_other(batch: Batch) -> None:
    one = slots_of(batch, 0, Copy.BLANK)
    assert bool(batch.sees_slots[0, one, one].all())
    causal = slots_of(batch, 0, Copy.CAUSAL)
    own = batch.sees_slots[0, causal, causal]
    assert torch.equal(own, torch.ones(LENGTH, LENGTH, dtype=torch.bool).tril())
    others = torch.ones(2 * SLOTS, dtype=torch.bool)
    others[one] = False
    assert not bool(batch.sees_slots[0, one][:, others].any())
    assert not bool(batch.sees_slots[0, others][:, one].any())


def test_a_block_sees_the_context_up_to_the_token_its_first_slot_reads(batch: Batch) -> None:
    seen = batch.sees_context[0, slots_of(batch, 1, Copy.LEFT)]
    assert seen.sum(-1).tolist() == [13] * LENGTH


def test_missing_blocks_weigh_nothing_and_the_context_is_padded(batch: Batch) -> None:
    assert float(batch.weights[1, SLOTS:].sum()) == 0
    assert batch.context[1].tolist() == [*range(200, 212)] + [END] * 8


def test_a_scattered_copy_always_masks_a_place_that_matters() -> None:
    batcher = Batcher(Layout(copies=((Copy.SCATTERED,),)), Weighting(), END, seed=3)
    for _ in range(50):
        batch = batcher.build([Example(ids=(1, 2, 3, 4), starts=(2,))], 4, blocks=1)
        assert float(batch.weights.max()) > 0.5


def test_slots_that_guess_ahead_see_the_left_part_and_their_own_group(batch: Batch) -> None:
    trunk = slots_of(batch, 0, Copy.CAUSAL)
    for group in range(2):
        slots = slice(trunk.stop + 3 * group, trunk.stop + 3 * group + 3)
        assert (batch.kinds[0, slots] == int(Copy.AHEAD)).all()
        assert batch.reads[0, slots].tolist() == [-1, -1, -1]
        behind = int(batch.positions[0, slots][0]) - 5  # the trunk slot the group stands behind
        seen = batch.sees_slots[0, slots]
        assert seen[:, trunk].sum(-1).tolist() == [behind + 1] * 3
        assert bool(seen[:, slots].all())
        assert int(seen.sum()) == 3 * (behind + 1 + 3)
        assert not bool(batch.sees_slots[0, trunk][:, slots].any())


def test_slots_that_guess_ahead_predict_what_follows_even_behind_the_block() -> None:
    example = Example(ids=tuple(range(100, 140)), starts=(5,))
    batcher = Batcher(
        Layout(copies=((Copy.CAUSAL,),), groups=40, ahead=3), Weighting(), END, seed=0
    )
    batch = batcher.build([example], 8, blocks=1)
    ahead = batch.kinds[0] == int(Copy.AHEAD)
    assert torch.equal(batch.targets[0, ahead], batch.positions[0, ahead] + 101)
    assert int(batch.targets[0, ahead].max()) > 112


def test_a_copier_counts_its_slots() -> None:
    copier = Copier(LAYOUT, Weighting(), END, seed=0)
    assert len(copier.block(EXAMPLE, 5, LENGTH, 0).reads) == copier.slots_of_block(LENGTH) == SLOTS


def test_a_copy_is_of_one_of_its_kinds() -> None:
    layout = Layout(copies=((Copy.BLANK, Copy.LEFT),), groups=0)
    batcher = Batcher(layout, Weighting(), END, seed=0)
    kinds = {int(batcher.build([EXAMPLE], LENGTH, blocks=2).kinds[0, 0]) for _ in range(30)}
    assert kinds == {int(Copy.BLANK), int(Copy.LEFT)}


def test_a_guess_knows_who_reads_the_same_place_and_what_it_relies_on(batch: Batch) -> None:
    trunk = slots_of(batch, 0, Copy.CAUSAL)
    group = slice(trunk.stop, trunk.stop + 3)
    behind = int(batch.sees_slots[0, group.start, trunk].sum()) - 1
    for k, slot in enumerate(range(group.start, group.stop)):
        place = behind + 1 + k
        twin = trunk.start + place if place < LENGTH else -1
        assert int(batch.twins[0, slot]) == twin
        relies = batch.paths[0, slot].nonzero().flatten() - trunk.start
        assert relies.tolist() == list(range(behind, min(place, LENGTH)))
    assert (batch.twins[0, trunk] == -1).all()
    assert not bool(batch.paths[0, trunk].any())
