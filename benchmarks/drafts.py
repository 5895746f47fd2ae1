"""How often each source of drafts is right, and whether it knows: the evidence behind `verify`.

Over what the author wrote in holes of held-out packages a model is read left to right, with
guesses of what follows each place. Drafted is the place behind each one that the model would have
committed itself: by the guess, by what followed the same ids before, and by the likelier of both.
Right is what the model then says there, because that is what a draft is checked against.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from bootstrap import mean
from hole_context import read, written
from holes import Hole, draw_holes
from results import progress, run, write
from rich.console import Console
from rich.table import Table

from unmask_model.decoding.samplers.draft_token import DraftToken, likelier
from unmask_model.decoding.samplers.prompt_lookup import PromptLookup
from unmask_model.decoding.samplers.verify import Verify
from unmask_model.families.denoiser import Context, Denoiser, Pass
from unmask_model.families.open_model import open_model
from unmask_train.corpus.corpus import Corpus

PLACES = 64
"""Most places of a hole that are read."""
BINS = 5
"""Ranges of chances that are counted apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One place, as one source drafts it."""

    source: str
    """Who drafts it."""
    likely: DraftToken | None
    """What was drafted; None where the source had nothing to say."""
    right: int
    """What the model said there."""

    @property
    def hit(self) -> bool:
        """Whether the draft would have been kept."""
        return self.likely is not None and self.likely.id == self.right


def main(
    corpus: Annotated[Path, typer.Option(help="Folder made by `unmask train data`.")],
    model: Annotated[str, typer.Option(help="Model.")] = "small",
    holes: Annotated[int, typer.Option(min=1, help="Holes of each language.")] = 10,
    seed: Annotated[int, typer.Option(help="Seed of the holes.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Count how often drafts are right."""
    chosen = draw_holes(Corpus(corpus).documents("held-out"), holes, seed)
    denoiser, lookahead = open_model(model).denoiser, Verify().lookahead
    found: dict[str, list[tuple[Draft, str]]] = {}
    for hole in progress(chosen, "drafting"):
        for draft in drafts(denoiser, hole, lookahead):
            found.setdefault(draft.source, []).append((draft, hole.document.package))
    table = Table("source", "right %", *(f"chance {k / BINS:.1f}: right %" for k in range(BINS)))
    figures = {}
    for source, pairs in found.items():
        those, packages = [draft for draft, _ in pairs], [package for _, package in pairs]
        share, bins = mean([draft.hit for draft in those], packages), by_chance(those)
        figures[source] = {"right": share, "bins": bins}
        cells = (f"{100 * hits:.0f} of {count}" for count, hits in bins)
        table.add_row(source, share.text(100), *cells)
    Console().print(table)
    write(out, {"model": model, "lookahead": lookahead, "seed": seed, "sources": figures})


def drafts(denoiser: Denoiser, hole: Hole, lookahead: int) -> Iterator[Draft]:
    """Yield what each source drafts behind the places that the model agrees with the author on."""
    context, ids = read(denoiser, hole)
    ids = ids[:PLACES]
    right, guesses = _reading(denoiser, context, ids, lookahead)
    for place in range(len(ids) - 1):
        if ids[place] == right[place]:
            seen = PromptLookup([*context.ids, *ids[: place + 1]]).next(1)
            guess, answer = guesses[place], right[place + 1]
            yield Draft(source="guess", likely=guess, right=answer)
            yield Draft(source="repetition", likely=seen, right=answer)
            yield Draft(source="likelier", likely=likelier(guess, seen), right=answer)


def by_chance(drafted: list[Draft]) -> list[tuple[int, float]]:
    """Return how many drafts are in each range of chances, and which share of them is right."""
    bins: list[list[bool]] = [[] for _ in range(BINS)]
    for draft in drafted:
        if draft.likely:
            bins[min(int(draft.likely.chance * BINS), BINS - 1)].append(draft.hit)
    return [(len(hits), sum(hits) / max(len(hits), 1)) for hits in bins]


def _reading(
    denoiser: Denoiser, context: Context, ids: list[int], lookahead: int
) -> tuple[list[int], list[DraftToken]]:
    """Return what the model says at each place left to right, and its guess behind each."""
    canvas, said, guesses = written(denoiser, ids), [], []
    for place in range(len(ids)):
        asked = Pass(
            context=context,
            canvas=canvas,
            places=np.array([place]),
            causal=True,
            lookahead=lookahead,
            guessed=np.array([0]),
        )
        (proposal,) = denoiser.propose([asked])
        behind = proposal.lookahead
        assert behind is not None
        said.append(int(proposal.ids[0]))
        guesses.append(DraftToken(id=int(behind.ids[0]), chance=float(behind.confidence[0])))
    return said, guesses


if __name__ == "__main__":
    run(main)
