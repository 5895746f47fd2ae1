"""Whether documents are private, looked up on disk now and then."""

from pathlib import Path

import pytest

from unmask_lsp.privacy.privacy_cache import VALID_S, Verdicts
from unmask_lsp.privacy.workspace import Workspace


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_while_somebody_types_the_disk_is_asked_once_a_second(clock: Clock) -> None:
    asked: list[str] = []
    verdicts = Verdicts(lambda uri: bool(asked.append(uri)), clock)
    for key in range(100):
        clock.now = key * VALID_S / 50
        assert not verdicts.rule("file:///m.py")
    assert len(asked) == 2


def test_each_document_has_its_own_verdict(clock: Clock) -> None:
    verdicts = Verdicts(lambda uri: uri.endswith(".env"), clock)
    for _ in range(2):
        assert verdicts.rule("file:///.env")
        assert not verdicts.rule("file:///m.py")


def test_a_file_that_becomes_private_is_left_alone_a_second_later(
    tmp_path: Path, clock: Clock
) -> None:
    file = tmp_path / "m.py"
    file.touch()
    verdicts = Verdicts(Workspace([tmp_path]).rule, clock)
    assert not verdicts.rule(file.as_uri())
    (tmp_path / ".gitignore").write_text("m.py\n")
    clock.now = VALID_S
    assert verdicts.rule(file.as_uri())
