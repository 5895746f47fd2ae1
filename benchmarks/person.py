"""A person who types a recorded text, looks at what is suggested, and takes what is right.

The keys of a recording are the text as it is typed, and among it: ⌫ takes back a character, at ↻
the person asks for other suggestions by a key, and of the next suggestion taken after ↶ they think
better, and type it by hand. A suggestion is right if the text goes on with it. The person waits for
every answer, so that a replay depends on nothing but the recording and the model.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

BACKSPACE, CYCLE, UNDO = "⌫", "↻", "↶"
LEAST_TAKEN = 3
"""Fewest characters worth the key that takes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A file that is being written."""

    language: str
    """LSP's language id."""
    left: str
    """What is there before the typed text."""
    keys: str
    """What is typed."""
    right: str
    """What is there behind it."""

    @property
    def text(self) -> str:
        """The file in the end."""
        typed: list[str] = []
        for key in self.keys:
            if key == BACKSPACE:
                typed.pop()
            elif key not in (CYCLE, UNDO):
                typed.append(key)
        return self.left + "".join(typed) + self.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is shown at a moment: suggestions as text after the cursor, best first."""

    texts: tuple[str, ...]
    """Empty if nothing is shown."""
    requests: int
    """How many the engine answered for it."""
    ms: float = 0.0
    """Milliseconds until it came."""

    @property
    def text(self) -> str:
        """The one that is shown first; empty if nothing is."""
        return self.texts[0] if self.texts else ""


@dataclass(slots=True, kw_only=True)
class Figures:
    """What a replay counts."""

    keys: int = 0
    """Keys that were pressed."""
    asked: int = 0
    """Times the server was asked."""
    engine: int = 0
    """Requests that the engine answered."""
    shown: int = 0
    """Suggestions that came up, each counted once however long it stood."""
    taken: int = 0
    """Suggestions that were taken, whole or their first line."""
    saved: int = 0
    """Characters that were not typed: taken ones less the keys for taking them."""
    wrong: int = 0
    """Characters that came up and were not what was typed then."""
    answered: int = 0
    """Answers that showed something."""
    answered_alone: int = 0
    """Those of them for which the engine was not asked."""
    flickers: int = 0
    """Times a suggestion changed or went away while it was being typed."""
    ms: list[float] = field(default_factory=list, compare=False)
    """Milliseconds of each answer for which the engine was asked."""
    ms_alone: list[float] = field(default_factory=list, compare=False)
    """Milliseconds of each other answer."""

    def __add__(self, other: "Figures") -> "Figures":
        names = self.__slots__
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})


Ask = Callable[[str, int, bool], Awaitable[Answer]]
"""What a server shows for a text with a cursor, asked by a key or not."""


@dataclass(slots=True, kw_only=True)
class Person:
    """Somebody at a recording."""

    recording: Recording
    """What is typed."""
    ask: Ask
    """The editor."""
    figures: Figures = field(default_factory=Figures)
    """What was counted so far."""
    _typed: str = field(default="", init=False)
    _shown: str = field(default="", init=False)
    _thinks_better: bool = field(default=False, init=False)
    _by_hand: int = field(default=0, init=False)

    async def work(self) -> str:
        """Type it all; returns the file in the end."""
        keys, at = self.recording.keys, 0
        while at < len(keys):
            ahead = _plain(keys, at + 1)
            match keys[at]:
                case "↻":
                    at += await self._look(ahead, by_key=True)
                case "↶":
                    self._thinks_better = True
                case "⌫":
                    await self._press(self._typed[:-1], ahead)
                    at += await self._take(ahead)
                case key:
                    await self._press(self._typed + key, ahead)
                    at += await self._take(ahead)
            at += 1
        return self.recording.left + self._typed + self.recording.right

    async def _press(self, typed: str, ahead: str) -> None:
        """One key; what was shown must stay if the key was a part of it."""
        added = typed.removeprefix(self._typed) if typed.startswith(self._typed) else ""
        rest = self._shown.removeprefix(added) if self._shown.startswith(added or "\0") else ""
        self._typed = typed
        self.figures.keys += 1
        self._by_hand -= self._by_hand > 0
        await self._look(ahead, rest=rest)
        self.figures.flickers += bool(rest.strip()) and self._shown != rest

    async def _look(self, ahead: str, *, rest: str = "", by_key: bool = False) -> int:
        """See what is shown now; by a key, choose among all. Returns the keys that it saves."""
        answer = await self.ask(
            self.recording.left + self._typed + self.recording.right,
            len(self.recording.left + self._typed),
            by_key,
        )
        self.figures.keys += by_key
        self.figures.asked += 1
        self.figures.engine += answer.requests
        (self.figures.ms if answer.requests else self.figures.ms_alone).append(answer.ms)
        self.figures.answered += bool(answer.texts)
        self.figures.answered_alone += bool(answer.texts) and not answer.requests
        if answer.text and answer.text != rest:
            self.figures.shown += 1
            self.figures.wrong += len(answer.text) - _common(answer.text, ahead)
        right = (text for text in answer.texts if ahead.startswith(text))
        self._shown = next(right, answer.text) if by_key else answer.text
        return await self._take(ahead) if by_key else 0

    async def _take(self, ahead: str) -> int:
        """Take what is shown as far as it is right; returns how many keys that saves."""
        text = self._shown if ahead.startswith(self._shown) else self._first_line()
        is_right = len(text.strip()) >= LEAST_TAKEN and ahead.startswith(text)
        if self._by_hand or not is_right:
            return 0
        before = self._typed
        await self._press(before + text, ahead[len(text) :])
        self.figures.taken += 1
        if self._thinks_better:
            self._thinks_better, self._by_hand = False, len(text) + 1
            await self._press(before, ahead)
            return 0
        self.figures.saved += len(text) - 1
        return len(text)

    def _first_line(self) -> str:
        line, newline, _ = self._shown.partition("\n")
        return line + newline if line.strip() else line


def _plain(keys: str, at: int) -> str:
    """What is typed from a key on, up to the next key that types nothing."""
    return re.split(f"[{BACKSPACE}{CYCLE}{UNDO}]", keys[at:], maxsplit=1)[0]


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    pairs = zip(one, other, strict=False)
    return next((k for k, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
