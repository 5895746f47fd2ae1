"""A training run: one adapter, on one machine, for a stated time.

The learning rate follows the time spent, not the steps taken, so that a run always ends decayed:
a recipe can only be judged there (docs/log.md). A run that was stopped goes on where it was.
"""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from unmask_model.transformer.adapter import Adapter
from unmask_train.examples.batch import Batch, Batcher
from unmask_train.examples.examples import Examples, Reach
from unmask_train.examples.masked_copies import Copy, Layout
from unmask_train.learning.adaptation import Adaptation
from unmask_train.learning.material import Material
from unmask_train.learning.network import block_rows
from unmask_train.learning.objective import Objective, Outcome, Reading, mean_figures
from unmask_train.learning.schedule import Schedule
from unmask_train.learning.world import World
from unmask_train.records.checkpoints import Checkpoints, Progress
from unmask_train.records.history import History
from unmask_train.records.recipe import Recipe

ADAPTER = "adapter.safetensors"
MEASURED = Layout(copies=((Copy.BLANK,), (Copy.CAUSAL,)), groups=4)
"""Copies that a run is measured on."""
OTHER_SEED = 1_000_003
"""How far the seeds of two processes lie apart: more than any run has steps."""
MEASURED_LENGTH = 24
"""Places of the blocks that a run is measured on."""


class Run:
    """Trains one adapter in a folder of its own."""

    def __init__(
        self,
        material: Material,
        recipe: Recipe,
        folder: Path,
        start: Adapter | None = None,
        world: World | None = None,
    ) -> None:
        material = material.first(recipe.layers)
        self._material, self._recipe, self._folder = material, recipe, folder
        self._world = world or World()
        self.adaptation = Adaptation(
            material.checkpoint, recipe.rank, material.mask_row, recipe.seed
        )
        if start is not None:
            self.adaptation.load(start.tensors)
        self._parameters = self.adaptation.parameters()
        self._optimiser = self._world.optimiser(self._parameters.values())
        self._checkpoints, self._history = Checkpoints(folder), History(folder)
        self.progress = self._checkpoints.restore(self._parameters, self._optimiser) or Progress()
        self._schedule = Schedule(recipe.minutes * 60, recipe.warm_up, recipe.learning_rate)
        # neither a run that goes on nor another process must see the same examples again
        seed = recipe.seed + 1 + self.progress.step + OTHER_SEED * self._world.rank
        self._random = random.Random(seed)
        self._examples = Examples(material.documents, material.vocabulary, seed)
        self._batcher = Batcher(recipe.layout, recipe.weighting, material.vocabulary.end, seed)
        self._objective = Objective(material.trimmed_head(), material.head_ids)
        if self._world.first:
            recipe.save(folder)

    def train(
        self,
        on_step: Callable[[Progress, dict[str, float]], None],
        *,
        save_every: float = 240.0,
        measure_every: float = 1200.0,
    ) -> None:
        """Train until the time is spent, saving and measuring every so many seconds."""
        saved = measured = self.progress.seconds
        while not self._schedule.over(self.progress.seconds):
            figures = self._step()
            if self._world.first:
                self._history.note(self.progress, figures)
                on_step(self.progress, figures)
            if self.progress.seconds - saved > save_every:
                saved = self.progress.seconds
                self.save()
            if self.progress.seconds - measured > measure_every:
                measured = self.progress.seconds
                self._note_reading()
        self.save()
        self._note_reading()

    def measure(self, blocks: int = 96) -> Reading:
        """Read the same held-out blocks every time."""
        batch, outcome = self.read_held_out(blocks)
        return Reading.of(outcome, batch, MEASURED_LENGTH, MEASURED.ahead)

    @torch.no_grad()
    def read_held_out(self, blocks: int) -> tuple[Batch, Outcome]:
        """Return what the adapter says of held-out blocks, one a context, and what was asked."""
        examples = Examples(self._material.held_out, self._material.vocabulary, seed=1).draw(
            Reach(left=192, right=64, blocks=1)
        )
        batcher = Batcher(MEASURED, self._recipe.weighting, self._material.vocabulary.end, seed=1)
        drawn = [next(examples) for _ in range(blocks)]
        batch = batcher.build(drawn, MEASURED_LENGTH, 1).to(self._world.device)
        self.adaptation.merge()
        return batch, self._forward(batch)

    def save(self) -> None:
        """Write the checkpoint and the adapter; all processes must call it."""
        self._world.gather(self._optimiser)
        if not self._world.first:
            return
        self._checkpoints.save(self._parameters, self._optimiser, self.progress)
        self.adaptation.adapter(
            {
                "base_sha256": self._material.base.sha256,
                "block": str(max(self._recipe.lengths)),
                "layers": str(self._recipe.layers),
                "steps": str(self.progress.step),
                "seconds": f"{self.progress.seconds:.0f}",
            },
            self._material.head_ids,
        ).save(self._folder / ADAPTER)

    def _note_reading(self) -> None:
        if self._world.first:
            self._history.note(self.progress, {"reading": asdict(self.measure())})

    def _step(self) -> dict[str, float]:
        started = time.monotonic()
        for group in self._optimiser.param_groups:
            group["lr"] = self._schedule.rate(self.progress.seconds)
        self.adaptation.merge()
        batches = [self._draw() for _ in range(self._recipe.parts)]
        outcomes = [self._learn(batch) for batch in batches]
        self._world.average(self._gradients())
        torch.nn.utils.clip_grad_norm_(list(self._parameters.values()), self._recipe.clip)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        size = self._world.size
        self.progress = Progress(
            step=self.progress.step + 1,
            seconds=self._world.agree(self.progress.seconds + time.monotonic() - started),
            examples=self.progress.examples + size * sum(len(batch.context) for batch in batches),
            tokens=self.progress.tokens + size * sum(int((b.weights > 0).sum()) for b in batches),
        )
        return mean_figures([outcome.figures() for outcome in outcomes])

    def _gradients(self) -> Iterator[Tensor]:
        return (p.grad for p in self._parameters.values() if p.grad is not None)

    def _learn(self, batch: Batch) -> Outcome:
        """Add a part's share of the gradient: a step's memory is that of one part."""
        outcome = self._forward(batch)
        (outcome.loss / self._recipe.parts).backward()
        return outcome

    def _forward(self, batch: Batch) -> Outcome:
        return self._objective(block_rows(self._material.decoder, self.adaptation, batch), batch)

    def _draw(self) -> Batch:
        recipe = self._recipe
        reach = Reach(
            left=self._random.choice(recipe.lefts),
            right=self._random.choice(recipe.rights),
            blocks=recipe.blocks,
        )
        stream = self._examples.draw(reach)
        examples = [next(stream) for _ in range(recipe.contexts)]
        length = self._random.choice(recipe.lengths)
        return self._batcher.build(examples, length, recipe.blocks).to(self._world.device)
