"""The overhead of a pass, on a tiny model."""

import pass_overhead
import pytest
import torch
from tiny_size import TINY


def test_a_pass_is_compared_with_its_own_products_and_attention() -> None:
    taken = pass_overhead.in_turn(pass_overhead.works(TINY, torch.float32), repeats=4)
    assert {len(times) for times in taken.values()} == {3}
    assert all(time > 0 for times in taken.values() for time in times)
    more = pass_overhead.overheads(taken)
    assert list(more) == ["layers", "whole pass"]
    assert pass_overhead.table(taken, "tiny").row_count == 4


def test_overheads_are_of_the_same_round() -> None:
    taken = {
        "layers": [11.0, 22.0, 99.0],
        "their products and attention": [10.0, 20.0, 90.0],
        "whole pass": [30.0, 40.0, 60.0],
        "the same, and the head's": [20.0, 20.0, 50.0],
    }
    assert pass_overhead.overheads(taken) == pytest.approx({"layers": 0.1, "whole pass": 0.5})


def test_the_sizes_are_those_of_small_and_the_bare_work_is_all_of_its_products() -> None:
    size = pass_overhead.SIZES[0]
    assert (size.hidden, size.layers, pass_overhead.PLACES) == (896, 24, 64)
    products: list[str] = []
    works = pass_overhead.works(TINY, torch.float32)
    with _Counting(products):
        works["their products and attention"]()
    assert len(products) == 2 * 4
    with _Counting(layers := []):
        works["layers"]()
    assert len(layers) == len(products)


class _Counting(torch.utils._python_dispatch.TorchDispatchMode):
    """Notes every matrix product that is not attention's."""

    def __init__(self, seen: list[str]) -> None:
        super().__init__()
        self._seen = seen

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func.overloadpacket.__name__ in {"mm", "addmm", "linear"}:
            self._seen.append(str(func))
        return func(*args, **(kwargs or {}))
