"""How far a block is, on a person's terminal."""

from io import StringIO

from rich.console import Console

from unmask_lsp.cli.progress_bar import block_progress
from unmask_model.protocol.request import BlockSnapshot

SNAPSHOT = BlockSnapshot(text="for x in [y]:\n    [red]", masked=12, step=3)


def test_a_terminal_shows_how_far_a_block_is() -> None:
    drawn = StringIO()
    with block_progress(Console(file=drawn, force_terminal=True, width=100)) as show:
        show(None)
        show(SNAPSHOT)
    assert "line 2, 12 places to fill: [red]" in drawn.getvalue()


def test_elsewhere_nothing_is_drawn() -> None:
    drawn = StringIO()
    with block_progress(Console(file=drawn, force_terminal=False)) as show:
        show(SNAPSHOT)
    assert drawn.getvalue().strip() == ""


def test_a_terminal_shows_nothing_before_there_is_anything() -> None:
    drawn = StringIO()
    with block_progress(Console(file=drawn, force_terminal=True)):
        pass
    assert drawn.getvalue().strip() == ""
