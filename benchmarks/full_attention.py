"""What the ways to save passes change, on tiny random checkpoints of full-attention families.

Keys and values kept between passes: rows that go through the model, and answers against those
without. Search over lengths: rows, and the lengths that are chosen. Random weights say what it
costs in rows and that it is not exact; they say nothing of what a trained model loses.

    PYTHONPATH=lsp_server:model:tests python benchmarks/full_attention.py
"""

import tempfile
from pathlib import Path

import torch
from tiny_families import tiny_family

from unmask_model.canvas import Canvas
from unmask_model.denoiser import Context, Pass, Prompt
from unmask_model.denoisers.full_attention import Caching, FullAttention, Stretch
from unmask_model.length import Search
from unmask_model.open_family import open_family
from unmask_model.proposal import propose
from unmask_model.samplers.fixed import Fixed

PLACES, PASSES, HOLES = 32, 8, 20
VARIANTS = {
    "nothing kept": Caching(),
    "left kept, refresh 4": Caching(kept="left", refresh=4),
    "both kept, refresh 2": Caching(kept="both", refresh=2),
    "both kept, refresh 4": Caching(kept="both", refresh=4),
    "both kept, refresh 8": Caching(kept="both", refresh=8),
}


class Counted(FullAttention):
    """Counts the rows that go through the model."""

    rows = 0

    def _stretch(self, one: Pass) -> Stretch:
        stretch = super()._stretch(one)
        self.rows += len(stretch.reads)
        return stretch


def fill(model: FullAttention, context: Context, places: int) -> list[int]:
    """Fill a canvas in a fixed number of passes."""
    canvas = Canvas.blank(places, model.vocabulary.end)
    steps = Fixed(passes=PASSES)(canvas)
    query = next(steps)
    while True:
        one = Pass(context=context, canvas=canvas, places=query.places)
        table = model.logits([one])[0][:, :256]  # text alone
        try:
            query = steps.send(propose(query.places, table))
        except StopIteration:
            return canvas.ids.tolist()


def prompts() -> list[Prompt]:
    """Random contexts of 96 and 32 ids."""
    random = torch.Generator().manual_seed(0)
    ids = torch.randint(0, 256, (HOLES, 128), generator=random).tolist()
    return [Prompt(left=tuple(each[:96]), right=tuple(each[96:])) for each in ids]


def read(model: FullAttention, prompt: Prompt) -> Context:
    """Put a context in order; nothing is read."""
    reading = model.prefill(prompt, None)
    try:
        next(reading)
    except StopIteration as done:
        context: Context = done.value
        return context
    raise AssertionError("full attention reads nothing beforehand")


def main() -> None:
    """Print both tables."""
    folder = Path(tempfile.mkdtemp())
    print("| family | kept | rows a fill | ratio | places as without | fills as without |")
    print("|---|---|---|---|---|---|")
    for name in ("dream", "llada"):
        tiny, exact, base = tiny_family(folder / name, name), [], 0
        for label, caching in VARIANTS.items():
            model = open_family(name, tiny.files, torch.float32, torch.device("cpu"), caching)
            model.__class__ = Counted
            assert isinstance(model, Counted)
            answers = [fill(model, read(model, prompt), PLACES) for prompt in prompts()]
            exact, base = exact or answers, base or model.rows
            pairs = list(zip(answers, exact, strict=True))
            same = sum(a == b for one, other in pairs for a, b in zip(one, other, strict=True))
            whole = sum(one == other for one, other in pairs)
            print(
                f"| {name} | {label} | {model.rows // HOLES} | {model.rows / base:.2f} |"
                f" {same / (HOLES * PLACES):.1%} | {whole} of {HOLES} |"
            )
    search = Search()
    lengths = search.lengths(PLACES)
    print(f"\nsearch over {lengths}: {sum(lengths) + len(lengths) * 128} rows in one pass,")
    for name in ("dream", "llada"):
        tiny = tiny_family(folder / f"{name}-search" / name, name)
        model = open_family(name, tiny.files, torch.float32, torch.device("cpu"))
        assert isinstance(model, FullAttention)
        chosen = [_searched(model, search, lengths, prompt) for prompt in prompts()]
        print(f"{name} chooses {sorted(set(chosen))}")


def _searched(model: FullAttention, search: Search, lengths: list[int], prompt: Prompt) -> int:
    context, end = read(model, prompt), model.vocabulary.end
    passes = [
        Pass(context=context, canvas=Canvas.blank(n, end), places=torch.arange(n)) for n in lengths
    ]
    return search.best(model.logits(passes))


if __name__ == "__main__":
    main()
