"""What a repository may put where a file of text is expected."""

import os
from pathlib import Path

import pytest

from unmask_lsp.text.bounded_text import bounded_text


def test_a_file_is_read_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("12345")
    assert bounded_text(tmp_path / "a", 5) == "12345"
    assert bounded_text(tmp_path / "a", 4) is None


@pytest.mark.timeout(10)
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_has_no_end_is_not_begun(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for name in ("pipe", "device", "nowhere", "."):
        assert bounded_text(tmp_path / name, 5) is None
