"""An engine is abandoned when the last one who held it has let go, and not before."""

import asyncio
from contextlib import aclosing

from unmask_model.engine.leases import Leases


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def holding(leases: Leases) -> "asyncio.Task[None]":
    async def hold() -> None:
        async with aclosing(leases.hold()) as held:
            assert [said async for said in held] == [b""]

    task = asyncio.create_task(hold())
    await asyncio.sleep(0)
    return task


async def let_go(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait({task})


async def test_it_is_abandoned_since_the_last_one_let_go() -> None:
    clock = Clock()
    leases = Leases(clock)
    first, second = await holding(leases), await holding(leases)
    await let_go(first)
    clock.now += 10
    assert leases.abandoned_s == 0
    await let_go(second)
    clock.now += 10
    assert leases.abandoned_s == 10
    third = await holding(leases)
    assert leases.abandoned_s == 0
    await let_go(third)


async def test_what_nobody_ever_held_is_not_abandoned() -> None:
    assert Leases().abandoned_s == 0


async def test_all_are_let_go_when_the_engine_ends() -> None:
    leases = Leases()
    tasks = [await holding(leases) for _ in range(3)]
    leases.dismiss()
    await asyncio.gather(*tasks)
