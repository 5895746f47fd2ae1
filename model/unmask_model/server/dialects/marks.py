"""Left and right out of a prompt in which a client has put them between FIM marks.

Marks, where they are not of `tokens/fim_marks.py`: CodeGeeX4 and GLM-4.5 (their model cards), Code
Llama (arXiv 2308.12950, 2.3), Codestral (`mistral-common`), Seed-Coder (its model card).
"""

import re
from dataclasses import dataclass

from unmask_model.protocol.errors import RequestInvalid
from unmask_model.protocol.request import InfillRequest, Snippet
from unmask_model.tokens.fim_marks import PUBLISHED


@dataclass(frozen=True, slots=True)
class Layout:
    """Marks of a prompt in the order they stand in; the last one may be empty."""

    start: str
    middle: str
    end: str
    is_right_first: bool = False
    """Whether the right side stands before the left one."""

    def read(self, prompt: str) -> InfillRequest | None:
        """Return both sides; None where the prompt has not these marks."""
        before, marked, sides = prompt.removesuffix(self.end).partition(self.start)
        first, split, second = sides.partition(self.middle)
        if not (marked and split and prompt.endswith(self.end)):
            return None
        left, right = (second, first) if self.is_right_first else (first, second)
        return InfillRequest(left=left, right=right, snippets=_snippets(before))


LAYOUTS = (
    *(Layout(*marks.around) for marks in PUBLISHED),
    Layout("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
    Layout("<PRE> ", " <SUF>", " <MID>"),
    Layout("<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>", is_right_first=True),
    Layout("[SUFFIX]", "[PREFIX]", "", is_right_first=True),
)
_UNKNOWN = re.compile(
    r"<\W{0,2}\w*(?:prefix|pre|begin)\W{0,2}>.*<\W{0,2}\w*(?:middle|mid|end|hole)\W{0,2}>$",
    re.IGNORECASE | re.DOTALL,
)
"""What looks like a prompt between marks."""


def unmark(prompt: str) -> InfillRequest:
    """Return the request of a prompt; without marks, all of it is the left side.

    What stands before the marks is context from elsewhere. Raises RequestInvalid where it ends like
    a prompt between marks that nobody here knows: a model would read them as code.
    """
    for layout in LAYOUTS:
        if request := layout.read(prompt):
            return request
    if _UNKNOWN.search(prompt):
        known = ", ".join(layout.start.strip() for layout in LAYOUTS)
        raise RequestInvalid(f"these FIM marks are not known; known are those of {known}")
    return InfillRequest(left=prompt, right="")


def _snippets(text: str) -> tuple[Snippet, ...]:
    return (Snippet(origin="", text=text),) if text.strip() else ()
