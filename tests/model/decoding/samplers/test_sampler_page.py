"""The sampler that docs/adding-a-sampler.md shows is one."""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from proposals import proposed

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.outlook import Outlook
from unmask_model.decoding.sampler import Query, Steps

PAGE = Path(__file__).parents[4] / "docs" / "adding-a-sampler.md"
NAMES = {"dataclass": dataclass, "ClassVar": ClassVar, "Canvas": Canvas, "Outlook": Outlook}


def test_the_sampler_of_the_page_commits_the_surest_place_in_each_step() -> None:
    code = re.search(r"```python\n(.+?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    names: dict[str, Any] = {**NAMES, "Query": Query, "Steps": Steps}
    exec(code[1], names)
    canvas, sure = Canvas.blank(3, end=0), [0.2, 0.9, 0.5]
    steps = names["OnePlace"]()(canvas)
    query, asked = next(steps), []
    while not canvas.done:
        places = query.places
        asked.append(places.tolist())
        with suppress(StopIteration):
            query = steps.send(proposed(places, places + 10, [sure[one] for one in places]))
    assert asked == [[0, 1, 2], [0, 2], [0]]
