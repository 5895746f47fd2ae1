"""How long work reports where it stands."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage in words, the bytes done, and the bytes in all.

Bytes in all of 0 mean that there is nothing to measure: the words are news, to be shown once.
"""


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
