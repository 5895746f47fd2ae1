import asyncio

import pytest

from unmask_lsp.server.superseding import Latest, Purpose


async def request(latest: Latest, uri: str) -> str:
    with latest.claim(uri):
        await asyncio.sleep(0.01)
        return uri


async def test_the_newest_request_of_a_document_cancels_the_older_ones() -> None:
    latest = Latest()
    tasks = [asyncio.create_task(request(latest, "a")) for _ in range(5)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(outcome, asyncio.CancelledError) for outcome in done] == [True] * 4 + [False]


async def test_documents_do_not_cancel_each_other() -> None:
    latest = Latest()
    assert await asyncio.gather(request(latest, "a"), request(latest, "b")) == ["a", "b"]


async def test_an_edit_cancels_what_runs_and_nothing_else() -> None:
    latest = Latest()
    task = asyncio.create_task(request(latest, "a"))
    await asyncio.sleep(0)
    latest.cancel("a")
    latest.cancel("a")
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await request(latest, "a") == "a"


async def test_purposes_do_not_cancel_each_other() -> None:
    latest = Latest()

    async def work(purpose: Purpose) -> Purpose:
        with latest.claim("a", purpose):
            await asyncio.sleep(0.01)
            return purpose

    order = [Purpose.COMPLETION, Purpose.EDIT]
    assert await asyncio.gather(*map(work, order)) == order


class Prepared:
    """Something that is prepared, unless it is taken back."""

    def __init__(self) -> None:
        self.is_done = False

    async def work(self) -> None:
        for _ in range(3):
            await asyncio.sleep(0)
        self.is_done = True


async def loops() -> None:
    for _ in range(9):
        await asyncio.sleep(0)


async def test_what_is_prepared_is_done_where_nothing_else_happens() -> None:
    latest, prepared = Latest(), Prepared()
    latest.begin("a", prepared.work())
    await request(latest, "b")
    assert prepared.is_done


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("purpose", [Purpose.COMPLETION, Purpose.EDIT, None])
async def test_whatever_comes_takes_back_what_is_prepared(
    purpose: Purpose | None, at_once: bool
) -> None:
    """Even before the task has had its first turn."""
    latest, prepared = Latest(), Prepared()
    latest.begin("a", prepared.work())
    if not at_once:
        await asyncio.sleep(0)
    if purpose is None:
        latest.cancel("a")
    else:
        with latest.claim("a", purpose):
            pass
    await loops()
    assert not prepared.is_done


async def test_only_the_last_one_is_prepared() -> None:
    latest, first, second = Latest(), Prepared(), Prepared()
    latest.begin("a", first.work())
    latest.begin("a", second.work())
    await loops()
    assert (first.is_done, second.is_done) == (False, True)
