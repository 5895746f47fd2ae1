"""The table of auto-closed brackets and quotes, for the text half alone."""

import pytest
from auto_closed import Case, auto_closed, script

from unmask_lsp.context.window import window
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.show_policy import most_lines
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_lsp.text.documents import Documents, Snapshot
from unmask_lsp.text.positions import Encoding, Position
from unmask_model.families.scripted.script import Rule, Script


def snapshot_of(case: Case) -> Snapshot:
    left = case.left + case.typed
    documents = Documents()
    documents.open(
        uri=case.file, version=1, language=case.language, text=left + case.closed + case.right
    )
    document = documents.get(case.file)
    assert document is not None
    place = Position(line=left.count("\n"), unit=len(left.rpartition("\n")[2]))
    return document.snapshot(place, Encoding.UTF32)


def test_there_are_thirty_cases_of_every_kind() -> None:
    cases = auto_closed()
    assert len(cases) == len({case.name for case in cases}) == len({case.file for case in cases})
    assert len(cases) == 30
    assert {case.closed for case in cases} == {*")]}\"'", ""}


@pytest.mark.parametrize("case", auto_closed(), ids=lambda case: case.name)
def test_the_script_answers_a_case_at_its_place_only(case: Case) -> None:
    rules = tuple(Rule(**rule) for rule in script()["rules"])
    left, right = case.left + case.typed, case.closed + case.right
    assert Script(rules=rules).blocks(left, right) == [case.answer]
    assert Script(rules=rules).blocks(case.left, case.right) == []


@pytest.mark.parametrize("case", auto_closed(), ids=lambda case: case.name)
def test_what_is_accepted_closes_nothing_twice(case: Case) -> None:
    snapshot = snapshot_of(case)
    view = window(snapshot)
    limit = most_lines(view, Eagerness.NORMAL, limit=12)
    shown = suggest(case.answer, view, cursor=snapshot.cursor, max_lines=limit)
    assert isinstance(shown, Suggestion)
    assert snapshot.text[: shown.start] + shown.text + snapshot.text[shown.end :] == case.after
