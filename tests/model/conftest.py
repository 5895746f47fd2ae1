"""The scripted model on a clock that tests move by hand."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from unmask_model.engine.engine import Engine
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult

CASES = Path(__file__).parent.parent / "cases"


@dataclass
class FakeClock:
    """A clock on which nothing takes time but what says so."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def script() -> Script:
    return Script.open(CASES / "engine" / "script.json")


@pytest.fixture
def engine(script: Script, clock: FakeClock) -> Engine:
    return Engine(Scripted(script, clock.sleep), model="scripted", clock=clock)


@pytest.fixture
def slow_engine(script: Script, clock: FakeClock) -> Engine:
    """A pass takes 50 ms, reading a token 1 ms."""
    slow = replace(script, pass_ms=50.0, token_ms=1.0, sure=2)
    engine = Engine(Scripted(slow, clock.sleep), model="scripted", clock=clock)
    engine.warm_up()
    return engine


@pytest.fixture
def ask() -> Callable[[Engine, InfillRequest], InfillResult]:
    """Return the result of a request, and nothing before it."""

    def ask(engine: Engine, request: InfillRequest) -> InfillResult:
        *snapshots, result = engine.fill(request)
        assert all(isinstance(snapshot, BlockSnapshot) for snapshot in snapshots)
        assert isinstance(result, InfillResult)
        return result

    return ask
