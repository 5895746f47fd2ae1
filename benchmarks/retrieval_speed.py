"""What a memory of full size takes: to read texts in, to hold them, to look things up.

Over the packages that `retrieval.py --fit` reads, as often as it takes to be full. Times are those
of the processor: one thread does all of it.
"""

import time
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Annotated

import numpy as np
import typer
from repositories import packages
from results import percentiles, run, write
from retrieval import FIT

from unmask_model.decoding.retrieval import LEAST, MOST
from unmask_model.memory.draft import Wish
from unmask_model.memory.matches import OWN, Query
from unmask_model.memory.workspace_memory import TOKENS, WorkspaceMemory
from unmask_model.tokens.vocabulary import Vocabulary
from unmask_model.weights.base_files import open_base
from unmask_model.weights.bases import QWEN25_CODER_05B

BATCH = 300_000
"""Characters of texts that are read in together, as they are told."""
OPEN = 8
"""Texts that are put again one by one, as those that are written."""


def main(
    cache: Annotated[Path, typer.Option(help="Where packages are kept.")] = Path("packages"),
    lookups: Annotated[int, typer.Option(min=1, help="How many look-ups are timed.")] = 5000,
    out: Annotated[Path | None, typer.Option(help="Write everything here, as JSON.")] = None,
) -> None:
    """Fill a memory, and look up what stands at random places of its texts."""
    vocabulary = Vocabulary.open(open_base(QWEN25_CODER_05B.name).tokenizer, "<|endoftext|>")
    texts = [pair for one in packages(FIT, cache) for pair in one.texts.items()]
    Random(0).shuffle(texts)
    memory, known = WorkspaceMemory(), {}
    characters, batch = 0, {}
    begun = time.thread_time()
    for turn, (name, text) in enumerate(cycle(texts)):
        batch[f"{turn // len(texts)}/{name}"] = np.array(vocabulary.encode(text), np.int32)
        characters += len(text.encode())
        if sum(map(len, batch.values())) * 3 > BATCH:
            memory.put(batch)
            known, batch = known | batch, {}
            if memory.size.left_out:
                break
    seconds = time.thread_time() - begun
    names = [name for name, ids in known.items() if len(ids) > OWN]
    for name in names[:OPEN]:
        memory.put({name: known[name]}, recent=True)
    random, ms = Random(1), []
    for name in random.choices(names, k=lookups):
        place = random.randrange(OWN, len(known[name]))
        query = Query(last=known[name][place - OWN : place].tolist())
        begun = time.thread_time()
        memory.draft(query, Wish(near=name, most=MOST, least=LEAST))
        ms.append((time.thread_time() - begun) * 1000)
    size = memory.size
    figures = {
        "tokens": size.tokens,
        "files": size.texts,
        "MB of source a second": characters / 1e6 / seconds,
        "bytes a token": size.bytes / size.tokens,
        **{f"look-up ms {name}": value for name, value in percentiles(ms).items()},
    }
    for name, value in figures.items():
        print(f"{name}: {value:,.3g}" if isinstance(value, float) else f"{name}: {value:,}")
    write(out, {"limit": TOKENS, **figures})


if __name__ == "__main__":
    run(main)
