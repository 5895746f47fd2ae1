"""The question and the answer, as plain data.

Everything that crosses between the text half and the model half is here. This module imports
neither torch nor any tokenizer, so that a language server can build requests without them.
Character offsets count Python characters (Unicode code points).
"""

from dataclasses import dataclass, field
from enum import StrEnum


class StopReason(StrEnum):
    """Why an answer ended where it ended."""

    END = "end"
    """The model said the hole ends here."""
    LINES = "lines"
    """The line limit of the request was reached."""
    LENGTH = "length"
    """The token limit of the request was reached."""
    BUDGET = "budget"
    """The time was up; the text is what was found by then, or empty if no pass fitted."""
    SUPERSEDED = "superseded"
    """A newer request of the same document took its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Text from elsewhere that may help, with where it came from."""

    origin: str
    """Where the text came from, for people: usually a path relative to the workspace."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters [start, end) of a text."""

    start: int
    """First character."""
    end: int
    """One past the last character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """A block to start from: parts of it are thought about again, or all of it is checked."""

    text: str
    """The whole block."""
    redo: tuple[Span, ...] = ()
    """Spans of `text` to mask again; each begins with another token than before. The rest stays.

    A span at the very end has no character: the block does not end there.
    """
    check: bool = False
    """Whether no more of it is kept than the model would say again; then nothing is to `redo`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfillRequest:
    """What belongs between `left` and `right`?"""

    left: str
    """Text before the hole, ending exactly at it."""
    right: str
    """Text after the hole, starting exactly at it."""
    snippets: tuple[Snippet, ...] = ()
    """Text from elsewhere, most useful last."""
    rewrite: Rewrite | None = None
    """A block to start from instead of an empty canvas."""
    candidates: int = 1
    """How many different blocks are wanted."""
    budget_ms: float = 0.0
    """Milliseconds from receipt to answer; 0 means no deadline and a reproducible answer."""
    max_tokens: int = 96
    """Most tokens the answer may have, over all its blocks."""
    max_lines: int = 0
    """Most lines the answer may have; 0 means no limit."""
    sampler: str = ""
    """Name of a sampler; empty means the model's default."""
    seed: int = 0
    """Which further candidates: the likeliest for 0, others for other numbers."""
    stream: bool = True
    """Whether snapshots of the block are wanted while it is written; each costs a little time."""
    document: str = ""
    """Opaque key of the document; a newer request with the same key supersedes an older one."""
    workspace: str = ""
    """Opaque key of the workspace that drafts may come from; empty for none."""
    file: str = ""
    """Path of the document in its workspace, with forward slashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the engine meant to use its time."""

    context_tokens: int
    """Context tokens that are read, cached ones included."""
    cached_tokens: int
    """Context tokens whose keys and values were reused."""
    places: int
    """Length of the first canvas."""
    passes: int
    """Passes that fit the budget by the engine's own timings; 0 means as many as needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """How sure the model was of a span of the answer, as a probability."""

    span: Span
    """Characters of the answer's text."""
    probability: float
    """Probability of the token when it was committed, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InfillResult:
    """A whole block, why it ends there, and what it cost."""

    text: str
    """The block; left + text + right is the file as proposed."""
    stop_reason: StopReason
    """Why the block ends where it ends."""
    tokens: int = 0
    """Tokens of `text`."""
    steps: int = 0
    """Denoising steps over all blocks."""
    forwards: int = 0
    """Forward passes of the model after the context was read."""
    confidence: tuple[Confidence, ...] = ()
    """One entry a token, in order."""
    ms: dict[str, float] = field(default_factory=dict)
    """Milliseconds per stage: queue, tokenize, context, denoise, total; cpu: of processor time."""
    plan: Plan | None = None
    """The plan that was followed; None when nothing was run."""
    model: str = ""
    """Name of the model that answered."""
    remembered: int = 0
    """Tokens that the memory of the workspace had said before the model did."""
    copied_from: str = ""
    """Where in the workspace most of `text` stands, as `path:line`; empty where nowhere."""
    alternatives: tuple[str, ...] = ()
    """Further candidates, best first, without duplicates of `text`."""
    unread: int = 0
    """Where the time was too short for any text: context tokens that had to be read first."""
    expected_ms: float = 0.0
    """Where the time was too short for any text: milliseconds that the shortest answer takes once
    the context is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockSnapshot:
    """A whole block as it stands after some step; the streaming form of an answer."""

    text: str
    """The block so far, with the model's best guess at every place that is still masked."""
    masked: int
    """Places still masked."""
    step: int
    """Steps taken so far."""
    settled: int = 0
    """Characters at the start of `text` that the answer will start with too."""
