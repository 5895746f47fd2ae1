"""What the scripted model answers: rules over the text left and right of a hole."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from unmask_model.protocol.errors import WeightsInvalid
from unmask_model.tokens.healing import back_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One answer, and where it belongs."""

    answer: str
    """The block."""
    left_ends_with: str = ""
    """What the text before the hole ends with; must begin before the word the hole cuts."""
    right_starts_with: str = ""
    """What the text after the hole starts with."""

    def __post_init__(self) -> None:
        kept, typed = back_up(self.left_ends_with)
        if typed and not kept:
            raise ValueError(f"left_ends_with {typed!r} must begin before the word it ends in")

    def block(self, left: str, right: str) -> str | None:
        """Return what follows `left`, which may be backed up to a token, or None."""
        if not right.startswith(self.right_starts_with):
            return None
        if left.endswith(self.left_ends_with):
            return self.answer
        kept, typed = back_up(self.left_ends_with)
        return typed + self.answer if kept and left.endswith(kept) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The rules, and how the model behaves."""

    rules: tuple[Rule, ...] = ()
    """Rules; the one that asks for most text on the left wins, then the earlier one."""
    default: str = "pass"
    """The block where no rule fits; it goes on after whatever was typed."""
    sure: int = 4
    """Open places, from the left, the model is sure of in each pass."""
    block: int = 24
    """Most places of a canvas."""
    window: int = 512
    """Most context tokens the model reads."""
    pass_ms: float = 0.0
    """Milliseconds a pass takes."""
    row_ms: float = 0.0
    """Milliseconds that each row of a pass takes besides."""
    token_ms: float = 0.0
    """Milliseconds reading one context token takes."""

    @classmethod
    def of(cls, answers: Mapping[str, str]) -> "Script":
        """Return a script of what the left side ends with, and the block that follows."""
        rules = (Rule(left_ends_with=left, answer=answer) for left, answer in answers.items())
        return cls(rules=tuple(rules))

    @classmethod
    def open(cls, file: Path) -> "Script":
        """Read a script from a JSON file; raise WeightsInvalid where it is not one."""
        try:
            return TypeAdapter(cls).validate_json(file.read_bytes())
        except (OSError, ValidationError) as error:
            reason = " ".join(str(error).split())
            raise WeightsInvalid(f"{file} is not a script: {reason}") from error

    def blocks(self, left: str, right: str) -> list[str]:
        """Return the blocks of the rules that fit between `left` and `right`, best first."""
        ranked = sorted(self.rules, key=lambda rule: -len(rule.left_ends_with))
        found = [rule.block(left, right) for rule in ranked]
        return [block for block in found if block is not None]

    def rest_of_default(self, standing: str) -> str:
        """Return what of the default block is missing behind `standing`."""
        overlaps = range(min(len(standing), len(self.default)), 0, -1)
        common = next((k for k in overlaps if standing.endswith(self.default[:k])), 0)
        return self.default[common:]
