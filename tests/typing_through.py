"""What is left of a suggestion while it is typed, before a server is asked: alike in each plugin.

`‸` marks the cursor; `replaced` characters behind it go with the suggestion; `closed` is what the
editor puts behind what is typed.
"""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "cases" / "editors" / "typing_through.json"


def typing_through() -> list[dict[str, Any]]:
    """The table, each case with the line left and right of the cursor."""
    cases = json.loads(FILE.read_text(encoding="utf-8"))
    sides = (case["line"].split("‸") for case in cases)
    return [
        case | {"left": left, "right": right}
        for case, (left, right) in zip(cases, sides, strict=True)
    ]
