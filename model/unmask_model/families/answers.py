"""From what was chosen for the rows of a pass to its proposal: which guesses count."""

from collections.abc import Callable

from unmask_model.decoding.proposal import Choice, Guesses, Proposal, agreed
from unmask_model.families.denoiser import Pass


def proposal_of(one: Pass, choice: Choice) -> Proposal:
    """Return the proposal of a pass all of whose rows were chosen for."""
    count = len(one.places)
    here, behind = choice.rows(slice(0, count)), choice.rows(slice(count, None))
    return with_guesses(one, here, behind.rows)


def with_guesses(one: Pass, here: Choice, behind: Callable[[slice], Choice]) -> Proposal:
    """Return the proposal of a pass with what was chosen at its places, and the guesses that count.

    `behind` chooses for some of the rows that guess; it is asked for those that count alone.
    """
    last = min(agreed(here.ids, one.draft), len(one.places) - 1)  # the first not as drafted
    groups: list[int] = one.guessed.tolist()
    if last not in groups:
        return Proposal(places=one.places, choice=here)
    start = groups.index(last) * one.lookahead
    guessed = behind(slice(start, start + one.lookahead))
    guesses = Guesses(behind=last, ids=guessed.ids, confidence=guessed.confidence)
    return Proposal(places=one.places, choice=here, lookahead=guesses)
