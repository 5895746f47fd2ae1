"""Which of several sources is drafted from."""

import numpy as np
import pytest

from unmask_model.decoding.canvas import Canvas
from unmask_model.decoding.retrieval import Retrieval
from unmask_model.decoding.samplers.draft_sources import DraftSources
from unmask_model.decoding.samplers.draft_token import DraftToken
from unmask_model.memory.workspace_memory import WorkspaceMemory

END = 0
LEFT = [31, 32, 33, 34, 35, 36]


def sources(
    *after: int, before: list[int] | None = None, first: list[int] | None = None
) -> DraftSources:
    """What may follow LEFT, which the workspace went on with `after`."""
    memory = WorkspaceMemory()
    memory.put({"there.py": np.array([*LEFT, *after], np.int32)})
    canvas = Canvas.blank(8, END, before=LEFT if before is None else before)
    canvas.first = None if first is None else np.array(first)
    return DraftSources(canvas, Retrieval(memory, "here.py"), repeated=1)


def guess(id_: int, chance: float) -> list[DraftToken]:
    return [DraftToken(id=id_, chance=chance)]


def test_the_workspace_goes_on_as_long_as_the_draft_does() -> None:
    drafting = sources(5, 6, 7)
    drafting.begin([], [])
    drafted = []
    while token := drafting.next():
        drafted.append(token.id)
        drafting.append(token)
    assert drafted == [5, 6, 7]
    drafting.note([5, 6, 9])
    drafting.begin([5, 6, 9], [])
    assert drafting.next() is None


@pytest.mark.parametrize(("chance", "wanted"), [(0.3, 5), (0.95, 8)])
def test_the_likelier_of_guess_and_workspace_is_drafted(chance: float, wanted: int) -> None:
    drafting = sources(5)
    drafting.begin([], guess(8, chance))
    token = drafting.next()
    assert token is not None
    assert token.id == wanted


def test_what_is_contested_is_less_likely_and_what_is_agreed_on_more() -> None:
    def chance(guessed: list[DraftToken]) -> float:
        drafting = sources(5)
        drafting.begin([], guessed)
        token = drafting.next()
        assert token is not None
        assert token.id == 5
        return token.chance

    assert chance(guess(8, 0.1)) < chance([]) < chance(guess(5, 0.1))


def test_only_what_spells_what_was_typed_is_drafted_at_the_first_place() -> None:
    drafting = sources(5, 6, first=[4, 5])
    drafting.begin([], guess(8, 0.99))
    token = drafting.next()
    assert token is not None
    assert token.id == 5
    elsewhere = sources(5, 6, first=[4])
    elsewhere.begin([], [])
    assert elsewhere.next() is None
