"""How long work tells whoever waits for it where it stands."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage in words, the bytes done, and the bytes in all (0: not known)."""


def silent(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
