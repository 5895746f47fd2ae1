"""Runs every golden case under tests/cases/<language>/: source with a cursor -> what is expected.

A case has a `name` and a `source` with ‸ for the cursor; `crlf = true` gives the file such line
ends. It may say which `site` the cursor is at, and for a `block` of the model what `text` is
suggested, or why it is `hidden` (a name of `SilenceReason`). In the folder
file_types it says which `language` the editor names, and the file's `uri`.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from unmask_lsp.context.window import window
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.syntax.languages import LANGUAGES
from unmask_lsp.text.documents import Snapshot

CASES = Path(__file__).parents[2] / "cases"
CURSOR = "‸"
FILE_TYPES = "file_types"
KEYS = {
    "language",
    "uri",
    "name",
    "source",
    "crlf",
    "site",
    "indent",
    "block",
    "text",
    "hidden",
    "max_lines",
}


def found() -> Iterator[Any]:
    for path in sorted(CASES.glob("*/*.toml")):
        if path.parent.name not in {*LANGUAGES, FILE_TYPES}:
            continue
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            yield pytest.param(path.parent.name, case, id=f"{path.parent.name}: {case['name']}")


def snapshot_of(language: str, case: dict[str, Any]) -> Snapshot:
    source = case["source"].replace("\n", "\r\n") if case.get("crlf") else case["source"]
    left, right = source.split(CURSOR)
    return Snapshot(
        uri=case.get("uri", "file:///case"),
        version=1,
        language=case.get("language", language),
        text=left + right,
        cursor=len(left),
        line=0,
        line_start=0,
    )


@pytest.mark.parametrize(("language", "case"), list(found()))
def test_a_golden_case(language: str, case: dict[str, Any]) -> None:
    assert case.keys() <= KEYS
    snapshot = snapshot_of(language, case)
    view = window(snapshot)
    assert view.site == case.get("site", view.site)
    assert view.indent == case.get("indent", view.indent)
    if "block" not in case:
        return
    outcome = suggest(
        case["block"], view, cursor=snapshot.cursor, max_lines=case.get("max_lines", 0)
    )
    if "hidden" in case:
        assert outcome is SilenceReason[case["hidden"]]
    else:
        assert isinstance(outcome, Suggestion)
        assert outcome.text == case["text"]
        assert outcome.start == outcome.end == snapshot.cursor
