"""Text of one language inside a file of another: fenced code, scripts and styles.

Read by rules; what stands around such a part says nothing of what is right in it.
"""

import re
from dataclasses import dataclass

FENCED = frozenset(("markdown",))
TAGGED = frozenset(("html", "vue", "svelte"))
_FENCE = re.compile(r"^[ \t]{0,3}(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n`]*\n?", re.MULTILINE)
_TAG = re.compile(r"<(script|style)\b([^>]*)>", re.IGNORECASE)
_NAME = re.compile(r"""\b(?:lang|type)\s*=\s*["']?(?:text/|application/)?([\w-]+)""")
_DEFAULT = {"script": "javascript", "style": "css"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a file around the cursor."""

    language: str
    """What its language is called there; may be empty or unknown."""
    left: str
    """Its text before the cursor."""
    right: str
    """Its text after the cursor."""


def part_of(language: str, left: str, right: str) -> Part | None:
    """The part of another language in which the cursor is; None if it is in the file's own."""
    if language in FENCED:
        return _fenced(left, right)
    return _tagged(left, right) if language in TAGGED else None


def ends_part(block: str, language: str) -> bool:
    """Whether a block begins with what ends a part, which its own language cannot read."""
    return language not in TAGGED and block.lstrip().startswith(("</script", "</style", "```"))


def _fenced(left: str, right: str) -> Part | None:
    opener: re.Match[str] | None = None
    for mark in _FENCE.finditer(left):
        if opener is None:
            opener = mark
        elif mark[1].startswith(opener[1]) and not mark[2]:
            opener = None
    if opener is None or "\n" not in left[opener.start() :]:
        return None
    closer = re.search(rf"^[ \t]{{0,3}}{opener[1]}", right, re.MULTILINE)
    inside = right[: closer.start()] if closer and closer.start() else right
    return Part(language=opener[2], left=left[opener.end() :], right=inside)


def _tagged(left: str, right: str) -> Part | None:
    opener = next(reversed(list(_TAG.finditer(left))), None)
    if opener is None or f"</{opener[1].lower()}" in left[opener.end() :].lower():
        return None
    named, tag = _NAME.search(opener[2]), opener[1].lower()
    closer = re.search(rf"</{tag}", right, re.IGNORECASE)
    return Part(
        language=named[1] if named and named[1] != "module" else _DEFAULT[tag],
        left=left[opener.end() :],
        right=right[: closer.start()] if closer else right,
    )
