"""What is read of a context on a slow processor, while somebody types."""

from dataclasses import dataclass

import pytest
from rereads import Clock, MadeUpMachine
from tiny import tiny_model

from unmask_model.engine.engine import Engine
from unmask_model.families.causal_block.causal_block import CausalBlock
from unmask_model.protocol.request import InfillRequest, InfillResult, StopReason
from unmask_model.tokens.fim_marks import open_vocabulary
from unmask_model.tokens.vocabulary import Vocabulary

LEFT = "value = compute(1)\n" * 40
RIGHT = "\nprint(value)\n" * 20
FEW = 16


@dataclass
class Person:
    """Somebody who types in one document; a row takes 8.5 ms."""

    engine: Engine
    clock: Clock
    left: str = LEFT
    right: str = RIGHT

    def ask(self) -> InfillResult:
        request = InfillRequest(
            left=self.left, right=self.right, budget_ms=300, document="a", sampler="verify"
        )
        *_, result = self.engine.fill(request)
        assert isinstance(result, InfillResult)
        return result

    def rest(self, ms: float) -> None:
        until = self.clock.now + ms / 1000
        while self.clock.now < until and self.engine.step():
            pass
        self.clock.now = max(self.clock.now, until)

    def presses(self, key: str, closed: str = "") -> InfillResult:
        self.left, self.right = self.left + key, closed + self.right
        return self.ask()


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    return open_vocabulary(tiny_model(tmp_path_factory.mktemp("tiny"), "qwen2").files.tokenizer)


@pytest.fixture
def person(vocabulary: Vocabulary) -> Person:
    clock = Clock()
    machine = MadeUpMachine(clock, 12.0, 8.5, vocabulary.end)
    engine = Engine(CausalBlock(machine, vocabulary), clock=clock)
    engine.warm_up()
    return Person(engine, clock)


def read(result: InfillResult) -> int:
    assert result.plan is not None, result
    return result.plan.context_tokens - result.plan.cached_tokens


def test_at_a_new_place_there_is_an_answer_within_two_seconds(person: Person) -> None:
    started = person.clock.now
    while person.ask().stop_reason is StopReason.BUDGET:
        person.rest(100)
        assert person.clock.now - started < 2.0


def test_before_that_it_is_told_what_has_to_be_read_and_that_a_pass_would_be_in_time(
    person: Person,
) -> None:
    result = person.ask()
    assert result.unread > 0
    assert 0 < result.expected_ms <= 300


def test_typing_on_while_it_is_read_does_not_begin_anew(person: Person) -> None:
    person.ask()
    for key in "abcdefghijklmnop":
        person.rest(100)
        result = person.presses(key)
    assert result.stop_reason is not StopReason.BUDGET


def test_a_longer_window_is_read_beside_the_one_in_use(person: Person) -> None:
    person.ask()
    person.rest(1_500)
    small = person.presses("a")
    while person.engine.step():
        assert person.presses("b").stop_reason is not StopReason.BUDGET
        person.rest(200)
    assert small.plan is not None
    whole = person.presses("c").plan
    assert whole is not None
    assert whole.context_tokens > 2 * small.plan.context_tokens


@pytest.mark.parametrize(
    ("key", "closed"), [("(", ")"), ('"', '"'), ("{", "}"), ("\n", "\n"), ("x", "yz")]
)
def test_a_right_side_that_changed_a_little_is_not_read_before_the_answer(
    person: Person, key: str, closed: str
) -> None:
    person.ask()
    person.rest(20_000)
    assert read(person.presses("a")) <= FEW
    assert read(person.presses(key, closed)) <= FEW


def test_what_changed_on_the_right_is_read_when_there_is_time(person: Person) -> None:
    person.ask()
    person.rest(20_000)
    person.presses("(", ")")
    person.rest(20_000)
    assert not person.engine.step(), "nothing is left to be read"
    assert read(person.presses("a")) <= FEW


def test_on_battery_what_is_kept_does_and_only_new_places_are_read(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(person.engine, "_on_battery", lambda: True)
    person.ask()
    person.rest(20_000)
    small = person.presses("a").plan
    person.rest(20_000)
    later = person.presses("b").plan
    assert small is not None
    assert later is not None
    assert later.context_tokens <= small.context_tokens + 1


def test_a_request_waits_at_most_a_quarter_of_its_budget_for_what_is_read_ahead(
    person: Person,
) -> None:
    person.ask()
    longest = 0.0
    while True:
        before = person.clock.now
        if not person.engine.step():
            break
        longest = max(longest, person.clock.now - before)
    assert 0 < longest <= 0.081
