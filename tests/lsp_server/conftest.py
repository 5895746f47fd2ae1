"""Fakes for the text half's neighbours: an engine that says what it is told, an editor's person."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import hypothesis
import pytest

from unmask_lsp.engine.status import Status
from unmask_model.protocol.errors import UnmaskError
from unmask_model.protocol.memory import MemoryAccount, MemoryFile, MemoryUpdate
from unmask_model.protocol.request import (
    BlockSnapshot,
    Confidence,
    InfillRequest,
    InfillResult,
    Span,
    StopReason,
)

# What holds does not depend on how busy the machine is.
hypothesis.settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("unhurried")


@dataclass
class FakeEngine:
    """Both ends: `connect` reaches it, and it is its own client."""

    text: str = "42"
    stop_reason: StopReason = StopReason.END
    confidence: tuple[Confidence, ...] = ()
    alternatives: tuple[str, ...] = ()
    ms: dict[str, float] = field(default_factory=dict)
    refuses: list[UnmaskError] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    requests: list[InfillRequest] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    starts: int = 0
    sends_to: str = ""
    is_own: bool = True
    servers: list[str] = field(default_factory=list)
    closed: int = 0
    cancelled: int = 0
    ended: list[str] = field(default_factory=list)
    refuses_to_end: UnmaskError | None = None
    told: list[MemoryUpdate] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    forgets: list[UnmaskError] = field(default_factory=list)
    known: dict[str, dict[str, MemoryFile]] = field(default_factory=dict)

    def is_sure(self, *probabilities: float) -> None:
        """Of the text's lines, one after the other."""
        lines = self.text.split("\n")
        starts = [len("\n".join([*lines[:index], ""])) for index in range(len(lines))]
        self.confidence = tuple(
            Confidence(span=Span(start=start, end=start + 1), probability=probability)
            for start, probability in zip(starts, probabilities, strict=True)
        )

    def __post_init__(self) -> None:
        self.answers.set()

    async def reach(
        self, server: str, model: str, report: Callable[[str, float | None], None]
    ) -> "FakeEngine":
        self.servers.append(server)
        return await self.connect(model, report)

    async def connect(
        self, model: str, report: Callable[[str, float | None], None]
    ) -> "FakeEngine":
        self.starts += 1
        await asyncio.sleep(0)
        for _ in range(2):  # as an engine that is looked at again and again
            report(f"loading {model}", 0.5)
        if self.refuses:
            raise self.refuses.pop(0)
        return self

    async def fill(
        self, request: InfillRequest
    ) -> AsyncGenerator[BlockSnapshot | InfillResult, None]:
        self.requests.append(request)
        yield BlockSnapshot(text="?", masked=1, step=0)
        try:
            await self.answers.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.fails:
            raise self.fails.pop(0)
        yield InfillResult(
            text=self.text,
            stop_reason=self.stop_reason,
            confidence=self.confidence,
            alternatives=self.alternatives,
            ms=self.ms,
        )

    async def aclose(self) -> None:
        self.closed += 1

    async def remember(self, update: MemoryUpdate) -> MemoryAccount:
        if self.forgets:
            raise self.forgets.pop(0)
        self.told.append(update)
        known = self.known.setdefault(update.workspace, {})
        if update.whole:
            for name in known.keys() - {file.name for file in update.files}:
                del known[name]
        known |= {file.name: file for file in update.files if file.text is not None}
        wanted = tuple(
            file.name
            for file in update.files
            if file.text is None
            and (file.name not in known or known[file.name].stamp != file.stamp)
        )
        return MemoryAccount(workspace=update.workspace, files=len(known), wanted=wanted)

    async def hold_memories(self, workspaces: Iterable[str]) -> None:
        self.held = list(workspaces)

    def texts(self) -> dict[str, str | None]:
        """What it remembers of the one workspace it was told of."""
        (known,) = self.known.values()
        return {name: file.text for name, file in known.items()}

    async def end(self, model: str) -> None:
        self.ended.append(model)
        if self.refuses_to_end:
            raise self.refuses_to_end


@dataclass
class FakeEditor:
    """Keeps what a person would see."""

    reply: str | None = None
    asked: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    shares: list[float | None] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)

    def warn(self, message: str) -> None:
        self.shown.append(message)

    async def ask(self, question: str, *answers: str) -> str | None:
        self.asked.append(question)
        return self.reply

    @asynccontextmanager
    async def progress(
        self, model: str, title: str
    ) -> AsyncIterator[Callable[[str, float | None], None]]:
        def report(words: str, share: float | None) -> None:
            self.reported.append(words)
            self.shares.append(share)

        yield report

    def status(self, status: Status) -> None:
        self.statuses.append(status)

    @property
    def states(self) -> list[str]:
        return [status.state.value for status in self.statuses]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def editor() -> FakeEditor:
    return FakeEditor()


@pytest.fixture(autouse=True)
def _busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is prepared, however idle the machine is, unless a test wants it."""
    monkeypatch.setattr("unmask_lsp.server.handlers.is_idle", lambda: False)
