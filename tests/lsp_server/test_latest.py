import asyncio

import pytest

from unmask_lsp.latest import Latest, Purpose


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


async def test_purposes_do_not_cancel_each_other_but_all_of_them_what_is_prepared() -> None:
    latest = Latest()

    async def work(purpose: Purpose) -> Purpose:
        with latest.claim("a", purpose):
            await asyncio.sleep(0.01)
            return purpose

    order = (Purpose.NEXT, Purpose.COMPLETION, Purpose.EDIT)
    done = await asyncio.gather(*map(work, order), return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert done[1:] == [Purpose.COMPLETION, Purpose.EDIT]
