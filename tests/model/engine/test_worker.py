"""The thread in which an engine lives."""

import threading
import weakref
from collections.abc import Sequence
from dataclasses import replace
from queue import SimpleQueue
from time import perf_counter

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from unmask_model.engine.engine import Engine
from unmask_model.engine.worker import Worker
from unmask_model.families.denoiser import Pass
from unmask_model.families.scripted.script import Script
from unmask_model.families.scripted.scripted import Scripted
from unmask_model.protocol.errors import EngineClosed, ModelNotFound
from unmask_model.protocol.event import Event
from unmask_model.protocol.health import State
from unmask_model.protocol.request import BlockSnapshot, InfillRequest, InfillResult
from unmask_model.weights.sources.progress import Progress

VALUE = InfillRequest(left="def f(x):\n    value = ", right="\n")


def end_of_answer(worker: Worker) -> Event:
    events: SimpleQueue[Event] = SimpleQueue()
    worker.submit(VALUE, events.put, perf_counter())
    while isinstance(event := events.get(timeout=60), BlockSnapshot):
        pass
    return event


def test_a_model_that_went_missing_while_unloaded_is_looked_for_by_each_request(
    script: Script,
) -> None:
    missing = iter([False, True, False])

    def load(progress: Progress) -> Engine:
        if next(missing):
            raise ModelNotFound("its weights are gone")
        return Engine(Scripted(script))

    worker = Worker(load)
    worker.start()
    assert isinstance(end_of_answer(worker), InfillResult)
    worker.unload()
    assert isinstance(end_of_answer(worker), ModelNotFound)
    assert worker.state is State.UNLOADED  # a wait for the end of `loading` is over
    assert isinstance(end_of_answer(worker), InfillResult)
    assert worker.state is State.READY
    worker.close()


def test_closing_ends_a_load_at_its_next_report_and_those_who_wait_for_it() -> None:
    loading = threading.Event()

    def load(progress: Progress) -> Engine:
        loading.set()
        while True:
            progress("reading weights", 0, 0)

    worker = Worker(load)
    worker.start()
    loading.wait()
    events: SimpleQueue[Event] = SimpleQueue()
    worker.submit(VALUE, events.put, perf_counter())
    worker.close()
    assert isinstance(events.get(timeout=60), EngineClosed)
    assert worker.failure is None, "it was not the model's fault"


def test_a_request_that_breaks_while_it_is_taken_in_is_told_so_once(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise ZeroDivisionError("oops")

    worker = Worker(lambda progress: Engine(Scripted(script)))
    worker.start()
    with monkeypatch.context() as patch:
        patch.setattr("unmask_model.engine.engine.open_sampler", broken)
        assert isinstance(end_of_answer(worker), EngineClosed)
    assert isinstance(end_of_answer(worker), InfillResult)
    worker.close()


class Gated(Scripted):
    """Each pass says how many canvases it has, and waits until it is let through."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.canvases: SimpleQueue[int] = SimpleQueue()
        self.turns = threading.Semaphore(0)

    def logits(self, passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
        self.canvases.put(len(passes))
        self.turns.acquire()
        return super().logits(passes)


def test_requests_that_were_taken_back_during_a_pass_cost_no_further_one(script: Script) -> None:
    model = Gated(script)
    worker = Worker(lambda progress: Engine(model))
    worker.start()
    events: SimpleQueue[Event] = SimpleQueue()
    request = replace(VALUE, sampler="autoregressive")
    first, *others = [worker.submit(request, events.put, perf_counter()) for _ in range(3)]
    while model.canvases.get(timeout=60) < 3:
        model.turns.release()
    for other in others:
        worker.cancel(other)
    model.turns.release()
    assert model.canvases.get(timeout=60) == 1
    assert not first.ended
    model.turns.release(100)
    worker.close()


def test_a_model_that_is_let_go_while_it_works_leaves_memory_once_it_is_idle(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[weakref.ref[Scripted]] = []
    turns, given_back = threading.Semaphore(0), threading.Event()
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", given_back.set)

    def load(progress: Progress) -> Engine:
        model = Gated(script)
        model.turns = turns
        loaded.append(weakref.ref(model))
        return Engine(model)

    worker, events = Worker(load), SimpleQueue[Event]()
    worker.start()
    ticket = worker.submit(VALUE, events.put, perf_counter())
    worker.unload()
    turns.release(100)
    while isinstance(events.get(timeout=60), BlockSnapshot):
        pass
    assert isinstance(end_of_answer(worker), InfillResult)
    assert ticket.ended
    assert given_back.is_set()
    assert [model() is None for model in loaded] == [True, False]
    worker.close()


def test_a_model_is_let_go_though_the_last_request_broke_it(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(passes: Sequence[Pass]) -> list[NDArray[np.float32]]:
        worker.unload()
        raise ZeroDivisionError("oops")

    models = [Scripted(script), Scripted(script)]
    unused = iter(models)
    monkeypatch.setattr(models[0], "logits", broken)
    worker = Worker(lambda progress: Engine(next(unused)))
    worker.start()
    assert isinstance(end_of_answer(worker), EngineClosed)
    assert isinstance(end_of_answer(worker), InfillResult), "by the second model"
    worker.close()
