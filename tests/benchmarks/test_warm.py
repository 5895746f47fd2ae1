"""Rests of lines, on the scripted model."""

from pathlib import Path

from warm import Warm, main

from unmask_model.protocol.request import InfillResult, StopReason


def result(text: str, stop: StopReason, tokens: int, ms: float = 100.0) -> InfillResult:
    return InfillResult(
        text=text, stop_reason=stop, tokens=tokens, forwards=2, ms={"total": ms, "denoise": 60.0}
    )


def test_what_is_cut_counts_as_text_and_not_as_a_whole_line() -> None:
    found = Warm.of(
        [
            result("x + 1", StopReason.END, 4),
            result("x +", StopReason.BUDGET, 2),
            result("", StopReason.BUDGET, 0),
        ],
        budget_ms=100.0,
    )
    assert (found.text, found.answered, found.whole) == (2 / 3, 2 / 3, 1 / 3)
    assert (found.token_ms, found.tokens_a_pass) == (30.0, 1.0)


def test_what_comes_late_is_text_and_not_an_answer_in_time() -> None:
    found = Warm.of([result("x + 1", StopReason.END, 4, ms=100.1)], budget_ms=100.0)
    assert (found.text, found.answered, found.whole) == (1.0, 0.0, 1.0)


def test_it_runs_on_the_scripted_model(tmp_path: Path) -> None:
    main(model="scripted", places=3, budget=300.0, seed=0, out=tmp_path / "warm.json")
    assert '"answered": 1.0' in (tmp_path / "warm.json").read_text()
