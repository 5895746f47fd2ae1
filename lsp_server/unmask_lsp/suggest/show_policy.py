"""Show or stay quiet: where something is suggested without a key, how much, how sure it must be.

What the model is not sure enough of is hidden here. What a person asks for by a key is always worth
a try: as much as fits there, and the model's best guess however unsure it is.
"""

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.settings import Eagerness
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.score import sure_lines
from unmask_lsp.suggest.suggestion import SilenceReason, Suggestion
from unmask_lsp.syntax.syntax_choice import syntax_of
from unmask_lsp.syntax.text_syntax import Site
from unmask_model.protocol.request import InfillResult

RESERVED = (Eagerness.QUIET, Eagerness.NORMAL)
"""Those that suggest one line at the end of a line, and nothing inside a word."""

# Calibrated on held-out packages in nine languages (docs/log.md): of the first lines that are shown
# from 0.75 on, four of five are the author's; from 0.6 on, six of ten; from 0.3 on, four of ten.
LEAST_SCORE = {
    Eagerness.QUIET: 0.75,
    Eagerness.NORMAL: 0.6,
    Eagerness.EAGER: 0.3,
    Eagerness.MANUAL: 0.0,
}
"""The least score of what is shown."""


def is_inside_word(window: ContextWindow) -> bool:
    """Whether a word goes on at both sides of the cursor."""
    around = window.left[-1:], window.right[:1]
    return all(character.isalnum() or character == "_" for character in around)


def most_lines(window: ContextWindow, eagerness: Eagerness, limit: int) -> int:
    """How many lines to ask for, 0 for any number: a block on a line of its own, else one line.

    A line that opens a body or a bracket goes on below; the eager policy takes a block there and
    at the end of every other line.
    """
    match window.site:
        case Site.MIDDLE_OF_LINE:
            return limit if _is_in_brackets(window) else 1
        case Site.REST_OF_LINE if eagerness in RESERVED:
            return limit if syntax_of(window.language).opens(window.line) else 1
        case _:
            return limit


def sure_enough(
    result: InfillResult,
    window: ContextWindow,
    *,
    cursor: int,
    max_lines: int,
    least_score: float,
) -> Suggestion | SilenceReason:
    """As much of a block as the model is sure enough of, from its top; UNSURE if that is nothing.

    Where nothing of the block fits, why not; `max_lines` 0 means no limit.
    """
    block = suggest(result.text, window, cursor=cursor, max_lines=max_lines)
    sure = sure_lines(result, least_score)
    if isinstance(block, SilenceReason) or sure > result.text.count("\n"):
        return block
    if not sure:
        return SilenceReason.UNSURE
    head = suggest(result.text, window, cursor=cursor, max_lines=sure)
    return SilenceReason.UNSURE if isinstance(head, SilenceReason) else head


def _is_in_brackets(window: ContextWindow) -> bool:
    """Whether there is nothing between the brackets around the cursor."""
    return window.line[-1:] + window.rest[:1] in ("()", "[]", "{}")
