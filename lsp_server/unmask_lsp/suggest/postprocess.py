"""From the model's block to what is shown: a list of small cuts, each with its own reason.

Everything here is text and syntax. The order matters: white space first, then what is already
there, then where the block must end, then how it stands before what follows, then whether what is
left is worth showing. Text for people is spared all rules of code.
"""

from collections.abc import Callable
from functools import lru_cache

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.suggest import closers
from unmask_lsp.suggest.repetition import (
    CLOSERS,
    without_loops,
    without_own_line,
    without_rest,
    without_what_follows,
    without_what_precedes,
)
from unmask_lsp.suggest.scope import within_scope
from unmask_lsp.suggest.score import first_line
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.suggest.white_space import indented
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.text.documents import with_newlines

NO_CHARACTER = "\ufffd"
REMEMBERED = 8
"""Blocks that are not worked on again: repair looks at a block before it is suggested."""
Steps = tuple[tuple[Callable[[str, ContextWindow], str], SilenceReason], ...]
"""Cuts in order, each with the reason why nothing is shown if it leaves nothing."""


def suggest(
    block: str, window: ContextWindow, *, cursor: int, max_lines: int = 0
) -> Suggestion | SilenceReason:
    """What to insert at `cursor`, or why not; `max_lines` 0 means no limit."""
    text = fitted(block, window, max_lines)
    if isinstance(text, SilenceReason):
        return text
    shown = _through(_LAST_STEPS, text, window.part)
    if isinstance(shown, SilenceReason):
        return shown
    return Suggestion(text=shown.replace("\n", window.newline), start=cursor, end=cursor)


@lru_cache(REMEMBERED)
def fitted(block: str, window: ContextWindow, max_lines: int = 0) -> str | SilenceReason:
    """The block as it fits there, were its syntax right; or why nothing of it is shown."""
    text = _limited(with_newlines(block), window, max_lines)
    return _through(_STEPS, text, window.part) if text.strip() else SilenceReason.EMPTY


@lru_cache(REMEMBERED)
def whole(block: str, window: ContextWindow) -> str:
    """As many of the block's lines as break nothing."""
    return closers.whole(block, window.part)


def _through(steps: Steps, text: str, window: ContextWindow) -> str | SilenceReason:
    for step, reason in steps:
        text = step(text, window)
        if not text.strip():
            return reason
    return text


def _decoded(block: str, window: ContextWindow) -> str:
    """Cut where the model wrote bytes that are no character, and with them their line."""
    head, broken, _ = block.partition(NO_CHARACTER)
    return head.rpartition("\n")[0] if broken else block


def _joined(block: str, window: ContextWindow) -> str:
    return closers.joined(block, window)


def _worth_showing(block: str, window: ContextWindow) -> str:
    """Nothing, if all it does is close brackets."""
    return block if block.strip(CLOSERS + " \t\n") else ""


def _limited(block: str, window: ContextWindow, max_lines: int) -> str:
    """The first lines; where nothing tells what goes on below, blank ones above do not count."""
    if not max_lines:
        return block
    is_known = syntax_of(window.language).knows_brackets
    blank = 0 if is_known else first_line(block) - 1
    return "\n".join(block.split("\n")[: max_lines + blank])


_STEPS: Steps = (
    (_decoded, SilenceReason.NO_TEXT),
    (without_own_line, SilenceReason.REPEATS_LEFT),
    (indented, SilenceReason.EMPTY),
    (without_loops, SilenceReason.REPEATS_LEFT),
    (without_what_follows, SilenceReason.REPEATS_RIGHT),
    (within_scope, SilenceReason.OUT_OF_SCOPE),
    (without_rest, SilenceReason.REPEATS_RIGHT),
    (_joined, SilenceReason.REPEATS_RIGHT),
    (without_what_precedes, SilenceReason.REPEATS_LEFT),
)
_LAST_STEPS: Steps = (
    (whole, SilenceReason.SYNTAX),
    (_worth_showing, SilenceReason.CLOSERS),
)
