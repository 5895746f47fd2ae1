"""What a request may ask for; checked before every engine."""

from unmask_model.protocol.errors import RequestInvalid
from unmask_model.protocol.request import InfillRequest

SIDE = 4_000_000
"""Most characters of left, of right, and of all snippets together."""
REWRITE = 20_000
"""Most characters of a rewrite."""
CANDIDATES = 8
"""Most candidates."""
TOKENS = 4096
"""Most tokens of an answer."""


def check(request: InfillRequest) -> None:
    """Raise RequestInvalid for a request that cannot be answered as asked."""
    for name, text in _texts(request).items():
        limit = REWRITE if name == "rewrite" else SIDE
        if len(text) > limit:
            raise RequestInvalid(f"{name} has {len(text)} characters; at most {limit} are taken")
        _well_formed(name, text)
    _within("candidates", request.candidates, 1, CANDIDATES)
    _within("max_tokens", request.max_tokens, 1, TOKENS)
    _within("max_lines", request.max_lines, 0, TOKENS)
    _within("seed", request.seed, 0, 2**63 - 1 - CANDIDATES)
    if not request.budget_ms >= 0:
        raise RequestInvalid(f"budget_ms is {request.budget_ms}; it must be 0 or more")
    if request.rewrite and request.rewrite.check and request.rewrite.redo:
        raise RequestInvalid(
            "a rewrite is either checked or redone in parts; leave one of them out"
        )
    for span in request.rewrite.redo if request.rewrite else ():
        if not 0 <= span.start <= span.end <= len(request.rewrite.text if request.rewrite else ""):
            raise RequestInvalid(f"redo [{span.start}, {span.end}) is not a part of the rewrite")


def _texts(request: InfillRequest) -> dict[str, str]:
    return {
        "left": request.left,
        "right": request.right,
        "snippets": "".join(snippet.origin + snippet.text for snippet in request.snippets),
        "rewrite": request.rewrite.text if request.rewrite else "",
        "document": request.document,
        "workspace": request.workspace,
        "file": request.file,
    }


def _well_formed(name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RequestInvalid(
            f"{name} has half a character at {error.start}; send whole ones"
        ) from error


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise RequestInvalid(f"{name} is {value}; it must be from {least} to {most}")
