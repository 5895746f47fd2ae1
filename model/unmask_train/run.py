"""A training run: one adapter, on one machine, for a stated time.

The learning rate follows the time spent, not the steps taken, so that a run always ends decayed:
a recipe can only be judged there (docs/log.md). A run that was stopped goes on where it was.
"""

import json
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from unmask_model.adapter import Adapter
from unmask_model.checkpoint import Checkpoint
from unmask_model.vocabulary import Vocabulary
from unmask_train.adaptation import Adaptation
from unmask_train.batch import Batcher, Copy, Weighting
from unmask_train.checkpoints import Checkpoints, Progress
from unmask_train.examples import Examples, Reach
from unmask_train.network import block_rows
from unmask_train.objective import Objective, Outcome, Reading
from unmask_train.schedule import Schedule

ADAPTER = "adapter.safetensors"
HISTORY = "history.jsonl"
LEARNING = (Copy.BLANK, Copy.LEFT, Copy.SCATTERED, Copy.CAUSAL)
MEASURING = (Copy.BLANK, Copy.CAUSAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All choices of a run."""

    minutes: float = 120.0
    """Training time, measuring and pauses not counted."""
    rank: int = 16
    """Rank of every low-rank change."""
    learning_rate: float = 5e-4
    """Highest learning rate."""
    warm_up: float = 0.03
    """Share of the time in which the rate rises from 0."""
    contexts: int = 8
    """Contexts of one step."""
    blocks: int = 3
    """Blocks of one context."""
    lengths: tuple[int, ...] = (8, 12, 16, 24, 24, 32)
    """Places of a block; each step draws one."""
    lefts: tuple[int, ...] = (64, 128, 128, 192, 320)
    """Most tokens left of the end of a hole; each step draws one."""
    rights: tuple[int, ...] = (32, 64, 96)
    """Most tokens right of a hole; each step draws one."""
    clip: float = 1.0
    """Largest norm of the gradient."""
    seed: int = 0
    """Seed of every random choice."""


class Run:
    """Trains one adapter in a folder of its own."""

    def __init__(
        self,
        *,
        recipe: Recipe,
        folder: Path,
        checkpoint: Checkpoint,
        vocabulary: Vocabulary,
        head_ids: Tensor,
        texts: list[str],
        held_out: list[str],
        metadata: dict[str, str],
        start: Adapter | None = None,
    ) -> None:
        self._recipe, self._folder, self._metadata = recipe, folder, metadata
        self._base = checkpoint.decoder()
        mask = self._base.embedding[vocabulary.special("<|fim_pad|>")]
        self.adaptation = Adaptation(checkpoint, recipe.rank, mask, recipe.seed)
        if start is not None:
            self.adaptation.load(start.tensors)
        self._parameters = self.adaptation.parameters()
        self._optimiser = torch.optim.AdamW(
            self._parameters.values(), lr=0.0, betas=(0.9, 0.95), weight_decay=0.0
        )
        self._checkpoints = Checkpoints(folder)
        self.progress = self._restore()
        self._schedule = Schedule(recipe.minutes * 60, recipe.warm_up, recipe.learning_rate)
        self._random = random.Random(recipe.seed + self.progress.step)
        seed = recipe.seed + 1 + self.progress.step
        self._examples = Examples(texts, vocabulary, seed)
        self._batcher = Batcher(LEARNING, vocabulary.end, Weighting(), seed)
        self._vocabulary, self._held_out = vocabulary, held_out
        head = _trimmed(checkpoint, self._base.embedding, head_ids)
        self._objective = Objective(head, head_ids, self._base.embedding.shape[0])

    def train(
        self,
        on_step: Callable[[Progress, Outcome], None],
        *,
        save_every: float = 240.0,
        measure_every: float = 1200.0,
    ) -> None:
        """Train until the time is spent, saving and measuring every so many seconds."""
        saved = measured = self.progress.seconds
        while not self._schedule.over(self.progress.seconds):
            outcome = self._step()
            self._note(loss=float(outcome.loss.detach()), **outcome.by_kind)
            on_step(self.progress, outcome)
            if self.progress.seconds - saved > save_every:
                saved = self.progress.seconds
                self.save()
            if self.progress.seconds - measured > measure_every:
                measured = self.progress.seconds
                self._note(reading=asdict(self.measure()))
        self.save()
        self._note(reading=asdict(self.measure()))

    @torch.no_grad()
    def measure(self, blocks: int = 96, length: int = 24) -> Reading:
        """Read the same held-out blocks every time."""
        examples = Examples(self._held_out, self._vocabulary, seed=1).draw(
            Reach(left=192, right=64, blocks=1)
        )
        batcher = Batcher(MEASURING, self._vocabulary.end, Weighting(), seed=1)
        batch = batcher.build([next(examples) for _ in range(blocks)], length, 1)
        self.adaptation.merge()
        rows = block_rows(self._base, self.adaptation, batch)
        return Reading.of(self._objective(rows, batch).right, batch, length)

    def save(self) -> None:
        """Write the checkpoint and the adapter."""
        self._checkpoints.save(self._parameters, self._optimiser, self.progress)
        steps = {"steps": str(self.progress.step), "seconds": f"{self.progress.seconds:.0f}"}
        self.adaptation.adapter(self._metadata | steps).save(self._folder / ADAPTER)

    def _step(self) -> Outcome:
        started = time.monotonic()
        recipe = self._recipe
        for group in self._optimiser.param_groups:
            group["lr"] = self._schedule.rate(self.progress.seconds)
        reach = Reach(
            left=self._random.choice(recipe.lefts),
            right=self._random.choice(recipe.rights),
            blocks=recipe.blocks,
        )
        stream = self._examples.draw(reach)
        examples = [next(stream) for _ in range(recipe.contexts)]
        batch = self._batcher.build(examples, self._random.choice(recipe.lengths), recipe.blocks)
        self.adaptation.merge()
        outcome = self._objective(block_rows(self._base, self.adaptation, batch), batch)
        outcome.loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(list(self._parameters.values()), recipe.clip)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self.progress = Progress(
            step=self.progress.step + 1,
            seconds=self.progress.seconds + time.monotonic() - started,
            examples=self.progress.examples + len(examples),
            tokens=self.progress.tokens + int((batch.weights > 0).sum()),
        )
        return outcome

    def _restore(self) -> Progress:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._checkpoints.restore(self._parameters, self._optimiser) or Progress()

    def _note(self, **fields: object) -> None:
        entry = asdict(self.progress) | {"rate": self._optimiser.param_groups[0]["lr"]} | fields
        with (self._folder / HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")


def _trimmed(checkpoint: Checkpoint, embedding: Tensor, head_ids: Tensor):
    from unmask_model.projection import Dense

    return Dense(checkpoint.tensors.get("lm_head.weight", embedding)[head_ids])
