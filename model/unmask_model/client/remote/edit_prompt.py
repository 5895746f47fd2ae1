"""A block to be edited, in the tags of Mercury's edit endpoint (docs.inceptionlabs.ai)."""

import re

from unmask_model.protocol.request import InfillRequest, Rewrite

CURSOR = "<|cursor|>"
_FENCED = re.compile(r"```[\w+-]*\n(.*?)\n?```\s*", re.DOTALL)


def edit_prompt(request: InfillRequest, rewrite: Rewrite) -> str:
    """Return the one message that asks to edit `rewrite` where it stands in the file.

    The cursor is where the rewrite is doubted first. No history of edits is sent.
    """
    place = min((span.start for span in rewrite.redo), default=len(rewrite.text))
    marked = rewrite.text[:place] + CURSOR + rewrite.text[place:]
    snippets = "\n".join(
        _tagged("recently_viewed_code_snippet", f"code_snippet_file_path: {one.origin}\n{one.text}")
        for one in request.snippets
    )
    block = _tagged("code_to_edit", marked)
    return "\n".join(
        (
            _tagged("recently_viewed_code_snippets", snippets),
            _tagged("current_file_content", f"{request.left}{block}{request.right}"),
            _tagged("edit_diff_history", ""),
        )
    )


def edited(content: str) -> str:
    """Return the block of an answer: without the fence and the tags that may stand around it."""
    fenced = _FENCED.fullmatch(content.strip())
    text = fenced[1] if fenced else content
    return text.replace(CURSOR, "")


def _tagged(tag: str, text: str) -> str:
    return f"<|{tag}|>\n{text}\n<|/{tag}|>"
