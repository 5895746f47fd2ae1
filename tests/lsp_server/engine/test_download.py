"""Weights are offered with their size, and fetched only with consent."""

import sys
from typing import Any

from unmask_lsp.engine.download import NO, YES, Download
from unmask_model.protocol.errors import ModelNotFound


def fetching(editor: Any, program: str) -> Download:
    return Download(
        editor,
        lambda model: "491 MB by somebody, licence MIT",
        lambda model: False,
        (sys.executable, "-c", program),
    )


async def test_the_offer_says_size_and_licence_and_no_means_no(editor: Any) -> None:
    editor.reply = NO
    assert not await fetching(editor, "raise SystemExit('must not run')").offer("small")
    assert "491 MB by somebody, licence MIT. Download now?" in editor.asked[0]
    assert editor.shown == editor.reported == []


async def test_no_answer_means_no(editor: Any) -> None:
    assert not await fetching(editor, "raise SystemExit('must not run')").offer("small")


async def test_yes_fetches_and_shows_how_far_it_is(editor: Any) -> None:
    editor.reply = YES
    program = "import sys; print('half of', sys.argv[1], file=sys.stderr); print('noise')"
    assert await fetching(editor, program).offer("small")
    assert "half of small" in editor.reported


async def test_nobody_is_asked_twice(editor: Any) -> None:
    editor.reply = NO
    download = fetching(editor, "")
    await download.offer("small")
    await download.offer("small")
    assert len(editor.asked) == 1


async def test_a_share_is_read_from_the_line(editor: Any) -> None:
    program = "import sys; print('reading a: b: 42 %', file=sys.stderr)"
    assert await fetching(editor, program).fetch("small")
    assert (editor.reported[-1], editor.shares[-1]) == ("reading a: b", 0.42)


async def test_a_download_that_was_asked_for_asks_no_question(editor: Any) -> None:
    download = fetching(editor, "")
    assert await download.fetch("small")
    assert not await download.offer("small")
    assert editor.asked == []


async def test_a_failed_download_says_why(editor: Any) -> None:
    editor.reply = YES
    assert not await fetching(editor, "raise SystemExit('unmask: disk full')").offer("small")
    assert editor.shown == ["unmask: disk full"]
    assert editor.states == []  # the status item is as it was


async def test_a_model_nobody_knows_is_not_offered(editor: Any) -> None:
    def in_words(model: str) -> str:
        raise ModelNotFound(f"no model is called {model!r}")

    assert not await Download(editor, in_words, lambda model: False).offer("smal")
    assert editor.shown == ["no model is called 'smal'"]
    assert editor.asked == []
