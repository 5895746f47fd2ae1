"""What guesses ahead are taught."""

import torch

from unmask_train.examples.batch import Batch, Batcher
from unmask_train.examples.examples import Example
from unmask_train.examples.masked_copies import Copy, Layout, Weighting
from unmask_train.learning.distillation import Lesson

END = 999
LENGTH = 6


def one_block(groups: int = 12) -> Batch:
    layout = Layout(copies=((Copy.CAUSAL,),), groups=groups, ahead=3)
    example = Example(ids=tuple(range(100, 130)), starts=(5,))
    return Batcher(layout, Weighting(), END, seed=0).build([example], LENGTH, blocks=1)


def behind(batch: Batch) -> torch.Tensor:
    """The place each slot's group stands behind; -1 for slots of the copy itself."""
    seen = batch.sees_slots[0, :, :LENGTH].sum(-1) - 1
    return torch.where(batch.kinds[0] == int(Copy.AHEAD), seen, -1)


def test_a_model_that_says_what_the_author_wrote_is_taught_the_author() -> None:
    batch = one_block()
    lesson = Lesson.of(batch, batch.targets)
    assert torch.equal(lesson.targets, batch.targets)
    assert torch.equal(lesson.weights, batch.weights)


def test_a_guess_is_taught_what_the_model_says_at_its_place() -> None:
    batch = one_block()
    choices = batch.targets.clone()
    choices[0, 3] = 7  # left to right, the model would say 7 at place 3
    lesson = Lesson.of(batch, choices)
    about_it = batch.twins[0] == 3
    assert bool(about_it.any())
    assert (lesson.targets[0, about_it] == 7).all()
    assert torch.equal(lesson.targets[0, ~about_it], batch.targets[0, ~about_it])


def test_a_guess_behind_a_place_where_the_author_went_another_way_teaches_nothing() -> None:
    batch = one_block()
    choices = batch.targets.clone()
    choices[0, 3] = 7
    lesson = Lesson.of(batch, choices)
    places = batch.positions[0] - 4  # the block starts at 5, and the slot before a place reads it
    strayed = (behind(batch) >= 0) & (behind(batch) <= 3) & (places > 3)
    assert bool(strayed.any())
    assert (lesson.weights[0, strayed] == 0).all()
    assert torch.equal(lesson.weights[0, ~strayed], batch.weights[0, ~strayed])
