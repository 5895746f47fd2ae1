"""What a status says to a person: one line for the status item, and the one thing to do about it.

Some actions are commands of the server. The others every client does in its own way: OPEN_SETTINGS
with names of settings, CHANGE_SETTING with a name and a value, and EXPLAIN, whose answer it shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from unmask_lsp.engine.status import Pace, State, Status
from unmask_lsp.settings import SECTION, Spelling
from unmask_lsp.suggest.suggestion import SilenceReason

OPEN_SETTINGS = "unmask.openSettings"
CHANGE_SETTING = "unmask.changeSetting"
EXPLAIN = "unmask.explainLast"
RESUME = "unmask.resume"
DOWNLOAD = "unmask.download"
RESTART = "unmask.restartEngine"
LONGEST_BUDGET_MS = 5000
"""A longer wait is no remedy: nobody waits so long for a suggestion."""
STEP_MS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a person can do, as LSP's Command."""

    title: str
    """What a button says."""
    command: str
    """What it runs."""
    arguments: tuple[object, ...] = ()
    """What is sent with the command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMessage:
    """A status in words."""

    text: str = ""
    """One line; may be empty."""
    action: Action | None = None
    """What can be done; None where nothing need be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Why the document that is looked at gets no suggestions."""

    reason: SilenceReason
    """By whose wish, or by what rule."""
    language: str = ""
    """The document's language."""
    rule: str = ""
    """The rule by which it is private."""
    until: str = ""
    """When the pause ends, in words."""

    @property
    def state(self) -> State:
        """The reason in one word."""
        return State.PRIVATE if self.reason is SilenceReason.PRIVATE else State.OFF


def message_of(said: Status | LeftOut, spelling: Spelling) -> StatusMessage:
    """What to say, in a client that spells settings in this way."""
    if isinstance(said, LeftOut):
        return _left_out(said, spelling)
    words = _WORDS.get(said.state, _plain)(said, spelling)
    return StatusMessage(text=said.message or words.text, action=words.action)


def _left_out(said: LeftOut, spelling: Spelling) -> StatusMessage:
    match said.reason:
        case SilenceReason.SNOOZED:
            resume = Action(title="Resume suggestions", command=RESUME)
            return StatusMessage(text=f"paused {said.until}", action=resume)
        case SilenceReason.PRIVATE:
            why = f"this file is private: {said.rule}" if said.rule else said.reason.value
            return StatusMessage(text=why.replace("`", ""), action=_EXPLAIN)
        case SilenceReason.LANGUAGE_OFF:
            return _by_setting("disabled_languages", f" for {said.language}", spelling)
        case _:
            return _by_setting("enabled", "", spelling)


def _by_setting(name: str, what: str, spelling: Spelling) -> StatusMessage:
    written = spelling.of(name)
    show = Action(title="Show the setting", command=OPEN_SETTINGS, arguments=(written,))
    return StatusMessage(text=f"switched off{what} by {SECTION}.{written}", action=show)


def _plain(status: Status, spelling: Spelling) -> StatusMessage:
    return StatusMessage()


def _absent(status: Status, spelling: Spelling) -> StatusMessage:
    action = Action(title="Download the model", command=DOWNLOAD)
    return StatusMessage(text=f"{status.model} is not on this machine yet", action=action)


def _reading(status: Status, spelling: Spelling) -> StatusMessage:
    return StatusMessage(
        text="reading this code for the first time; suggestions follow",
        action=_EXPLAIN,
    )


def _timed_out(status: Status, spelling: Spelling) -> StatusMessage:
    budget = f"{SECTION}.{spelling.of('budget_ms')}"
    allowed = f" of {status.pace.budget_ms:.0f} ms" if status.pace else ""
    return StatusMessage(
        text=f"the last answer did not come within {budget}{allowed}",
        action=_EXPLAIN,
    )


def _slow(status: Status, spelling: Spelling) -> StatusMessage:
    budget, model = spelling.of("budget_ms"), spelling.of("model")
    pace = status.pace or Pace(budget_ms=0)
    takes = "more" if pace.expected_ms is None else f"about {pace.expected_ms:.0f} ms"
    return StatusMessage(
        text=f"slow here: an answer takes {takes}, {pace.budget_ms:.0f} ms are allowed;"
        f" raise {SECTION}.{budget} or choose a smaller {SECTION}.{model}",
        action=_more_time(pace, budget, model),
    )


def _more_time(pace: Pace, budget: str, model: str) -> Action:
    wanted = STEP_MS * ceil(1.25 * (pace.expected_ms or 2 * pace.budget_ms) / STEP_MS)
    if not pace.budget_ms < wanted <= LONGEST_BUDGET_MS:
        return Action(title="Show the settings", command=OPEN_SETTINGS, arguments=(budget, model))
    return Action(title=f"Allow {wanted} ms", command=CHANGE_SETTING, arguments=(budget, wanted))


def _problem(status: Status, spelling: Spelling) -> StatusMessage:
    return StatusMessage(action=Action(title="Restart the engine", command=RESTART))


_EXPLAIN = Action(title="Explain", command=EXPLAIN)
_WORDS: dict[State, Callable[[Status, Spelling], StatusMessage]] = {
    State.NEEDS_DOWNLOAD: _absent,
    State.READING: _reading,
    State.TIMED_OUT: _timed_out,
    State.SLOW: _slow,
    State.PROBLEM: _problem,
}
