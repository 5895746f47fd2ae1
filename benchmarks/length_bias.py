"""Fits what the search over lengths expects of a wrong length, for one model (arXiv 2602.00476).

Holes of known length are cut out of the files of a folder; blank canvases of all other lengths are
scored in one pass, those next to the true one left out. Printed is the curve through the means,
as it goes into the model's family.
"""

import random
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from fills import read
from results import progress, run, write
from torch import Tensor
from torch.nn.functional import softplus

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.length import GRID, Bias, Search
from unmask_model.families.denoiser import Denoiser, Pass, Prompt
from unmask_model.families.open_model import open_model
from unmask_model.protocol.errors import RequestInvalid

LEFT, RIGHT = 256, 128
"""Tokens around a hole."""
NEAR = 4
"""Lengths so near the true one are left out: they are not wrong enough."""
STEPS, RATE = 3000, 0.01
"""Of the fit."""


def main(  # noqa: PLR0913 -- the options of a command are its arguments
    model: Annotated[str, typer.Option(help="Folder of a model whose length is searched.")],
    texts: Annotated[Path, typer.Option(help="Folder of source files the model has not seen.")],
    holes: Annotated[int, typer.Option(min=10, help="Holes to cut.")] = 200,
    pattern: Annotated[str, typer.Option(help="Which files.")] = "**/*.py",
    seed: Annotated[int, typer.Option(help="Seed of the holes.")] = 0,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Print the five numbers of a family's `Bias`."""
    denoiser = open_model(model).denoiser
    if not isinstance(denoiser.length, Search):
        raise RequestInvalid(f"the length of {model} is not searched; it needs no bias")
    files = [file.read_text("utf-8", "replace") for file in sorted(texts.glob(pattern))]
    cut = list(cut_holes(denoiser, files, holes, seed))
    found = mean_by_length(score(denoiser, prompt, true) for prompt, true in progress(cut, "holes"))
    bias = fit(found)
    print(", ".join(f"{name}={value:.3f}" for name, value in asdict(bias).items()))
    write(out, {"model": model, "holes": len(cut), "means": found, "bias": bias})


def cut_holes(
    model: Denoiser, texts: list[str], holes: int, seed: int
) -> Iterator[tuple[Prompt, int]]:
    """Yield contexts and how many tokens stood between their two sides."""
    chance = random.Random(seed)
    encoded = [ids for text in texts if len(ids := model.vocabulary.encode(text)) > 2 * max(GRID)]
    if not encoded:
        raise RequestInvalid("no text is long enough to cut holes from; name another folder")
    for _ in range(holes):
        ids, length = chance.choice(encoded), chance.choice(GRID)
        start = chance.randrange(1, len(ids) - length)
        left, right = ids[max(start - LEFT, 0) : start], ids[start + length :][:RIGHT]
        yield Prompt(left=tuple(left), right=tuple(right)), length


def score(model: Denoiser, prompt: Prompt, true: int) -> dict[int, float]:
    """Return how sure the model is of each wrong length, before it has filled anything."""
    context, end = read(model, prompt), model.vocabulary.end
    wrong = [length for length in GRID if abs(length - true) > NEAR]
    passes = [
        Pass(context=context, canvas=Canvas.blank(n, end), places=np.arange(n)) for n in wrong
    ]
    proposals = zip(wrong, model.propose(passes), strict=True)
    return {n: float(proposal.confidence.mean()) for n, proposal in proposals}


def mean_by_length(scores: Iterator[dict[int, float]]) -> dict[int, float]:
    """Return the mean score of each length that was ever wrong."""
    by_length: dict[int, list[float]] = {}
    for one in scores:
        for length, value in one.items():
            by_length.setdefault(length, []).append(value)
    return {length: sum(values) / len(values) for length, values in sorted(by_length.items())}


def fit(means: dict[int, float]) -> Bias:
    """Return the curve nearest to the means, by least squares from the published one."""
    lengths = torch.tensor(list(means), dtype=torch.float32)
    wanted = torch.tensor(list(means.values()))
    start = torch.tensor(list(asdict(Bias()).values()))
    free = torch.expm1(start).log().requires_grad_()  # softplus keeps all five above 0
    steps = torch.optim.Adam([free], lr=RATE)
    for _ in range(STEPS):
        steps.zero_grad()
        _distance(softplus(free), lengths, wanted).backward()
        steps.step()
    return Bias(**dict(zip("abcde", softplus(free).tolist(), strict=True)))


def _distance(numbers: Tensor, lengths: Tensor, wanted: Tensor) -> Tensor:
    a, b, c, d, e = numbers
    return (a * (-b * lengths).exp() + c * (-d * lengths).exp() + e - wanted).square().mean()


if __name__ == "__main__":
    run(main)
