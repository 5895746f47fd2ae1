"""Several suggestions to choose from: what an answer has, as it would be shown, each once."""

from unmask_lsp.context.window import ContextWindow
from unmask_lsp.suggest.postprocess import suggest
from unmask_lsp.suggest.suggestion import Suggestion
from unmask_model.protocol.request import InfillResult


def candidates(
    result: InfillResult, window: ContextWindow, *, cursor: int, max_lines: int
) -> tuple[Suggestion, ...]:
    """What an answer has to suggest at `cursor`, best first; blocks that look the same are one."""
    blocks = (result.text, *result.alternatives)
    shown = (suggest(block, window, cursor=cursor, max_lines=max_lines) for block in blocks)
    return tuple(dict.fromkeys(one for one in shown if isinstance(one, Suggestion)))
