"""Left and right out of a prompt in which a client has put them between FIM marks."""

from unmask_model.protocol.request import InfillRequest, Snippet
from unmask_model.tokens.fim_marks import PUBLISHED


def unmark(prompt: str) -> InfillRequest:
    """Return the request of a prompt; without marks, all of it is the left side.

    What stands before the marks is context from elsewhere.
    """
    for start, middle, end in (marks.around for marks in PUBLISHED):
        before, marked, sides = prompt.removesuffix(end).partition(start)
        left, split, right = sides.partition(middle)
        if marked and split and prompt.endswith(end):
            return InfillRequest(left=left, right=right, snippets=_snippets(before))
    return InfillRequest(left=prompt, right="")


def _snippets(text: str) -> tuple[Snippet, ...]:
    return (Snippet(origin="", text=text),) if text.strip() else ()
