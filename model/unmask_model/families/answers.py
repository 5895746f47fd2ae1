"""From what was chosen for the rows of a pass to its proposal: which guesses count."""

from unmask_model.decoding.proposal import Choice, Guesses, Proposal, agreed
from unmask_model.families.denoiser import Pass


def proposal_of(one: Pass, choice: Choice) -> Proposal:
    """Return the proposal of a pass all of whose rows were chosen for."""
    count = len(one.places)
    here = choice.rows(slice(0, count))
    return Proposal(places=one.places, choice=here, lookahead=_guesses(one, here, choice))


def counts_last(one: Pass, choice: Choice) -> int:
    """Return the last place that counts, an index: the first that is not as drafted."""
    return min(agreed(choice.ids, one.draft), len(one.places) - 1)


def _guesses(one: Pass, here: Choice, choice: Choice) -> Guesses | None:
    last = counts_last(one, here)
    groups: list[int] = one.guessed.tolist()
    if last not in groups:
        return None
    start = len(one.places) + groups.index(last) * one.lookahead
    behind = choice.rows(slice(start, start + one.lookahead))
    return Guesses(behind=last, ids=behind.ids, confidence=behind.confidence)
