"""From text to the ids a model reads: how much of each side fits, decided in tokens.

The left side is cut at its far end in large steps, so that while somebody types, the cut stays
where it is and what was read before is still an exact start of what is read now.
"""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from operator import eq

from unmask_model.families.denoiser import Prompt
from unmask_model.protocol.request import Snippet
from unmask_model.tokens.vocabulary import Vocabulary

CHARACTERS_A_TOKEN = 8
"""Characters that are tokenized for each token of room; code has three to four a token."""
STEPS_A_SIDE = 4
"""In how many steps a full window of text would be cut away."""


class Tokenized:
    """A request's texts as ids, tokenized once, cut to any window afterwards."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        left: str,
        right: str,
        snippets: tuple[Snippet, ...],
        window: int,
    ) -> None:
        room = window * CHARACTERS_A_TOKEN
        start = _stepped(len(left) - room, room // STEPS_A_SIDE)
        self._left = tuple(vocabulary.encode(left[start:]))
        self._right = tuple(vocabulary.encode(right[: room // 4]))
        self._snippets = tuple(_last_ids(vocabulary, snippets, room, window // 4))

    def prompt(self, window: int, *, late: bool = False) -> Prompt:
        """Return at most `window` ids: a quarter for snippets, a quarter for the right side.

        `late` leaves the left side where it was cut a step ago, and is so much longer: what was
        read before is its start a while longer.
        """
        snippets = self._last_snippets(window // 4)
        right = self._right[: window // 4]
        step = window // STEPS_A_SIDE
        room = window - len(snippets) - _stepped(len(right), window // 16)
        cut = _stepped(len(self._left) - room, step)
        left = self._left[max(cut - step, 0) if late else cut :]
        return Prompt(left=left, right=right, snippets=snippets)

    def _last_snippets(self, room: int) -> tuple[int, ...]:
        taken: tuple[int, ...] = ()
        for snippet in self._snippets:
            if len(taken) + len(snippet) > room:
                break
            taken = snippet + taken
        return taken


def _last_ids(
    vocabulary: Vocabulary, snippets: Sequence[Snippet], characters: int, room: int
) -> Iterator[tuple[int, ...]]:
    """Yield the ids of the last snippets, last first, as many as `room` ids hold whole."""
    for snippet in reversed(snippets):
        text = f"{snippet.origin}\n{snippet.text}\n"[:characters]
        ids = (*vocabulary.file_mark, *vocabulary.encode(text))
        room -= len(ids)
        if room < 0:
            return
        yield ids


def alike(one: Prompt, other: Prompt) -> bool:
    """Return whether two prompts stand at about the same spot of the same text."""
    length = min(len(one.left), len(other.left)) // 2
    ahead = one.snippets == other.snippets and nearly(one.right, other.right)
    return ahead and one.left[:length] == other.left[:length]


STALE = 16
"""Tokens by which a right side may differ from one that stands in for it, at most."""


def nearly(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether two right sides differ by one edit of a few tokens, their far ends left aside."""
    start = same_start(one, other)
    shifts = range(STALE + 1)
    tails = ((one[start + here :], other[start + there :]) for here in shifts for there in shifts)
    return any(_begins(*tail) for tail in tails)


def _begins(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether one is the start of the other, which is hardly longer."""
    return max(len(one), len(other)) - same_start(one, other) <= STALE and same_start(
        one, other
    ) == min(len(one), len(other))


def same_start(one: Sequence[int], other: Sequence[int]) -> int:
    """Count the equal items at the start of both."""
    return sum(1 for _ in takewhile(lambda pair: eq(*pair), zip(one, other, strict=False)))


def _stepped(excess: int, step: int) -> int:
    """Return the smallest multiple of `step` that is not below `excess`, and not negative."""
    step = max(step, 1)  # of a window too small to be divided
    return max(0, -(-excess // step) * step)
