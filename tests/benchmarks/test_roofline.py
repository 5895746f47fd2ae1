"""The floor of a pass, against what publishers say of their models and what the page says."""

from pathlib import Path

import pytest
import roofline

PAGE = Path(__file__).parents[2] / "docs" / "roofline.md"
PUBLISHED = {"Dream": 7.62e9, "LLaDA 8B": 8.02e9, "LLaDA-MoE": 7.36e9, "LLaDA2.0-mini": 16.26e9}
"""Parameters, as the publishers count them."""


@pytest.mark.parametrize("name", PUBLISHED)
def test_sizes_add_up_to_the_published_number_of_parameters(name: str) -> None:
    (size,) = [each for each in roofline.SIZES if each.name.startswith(name)]
    assert abs(size.total / PUBLISHED[name] - 1) < 0.01


def test_a_mixture_reads_more_than_it_multiplies_and_no_more_than_it_has() -> None:
    for size in roofline.SIZES:
        assert size.active <= size.read <= size.total
        assert (size.active < size.read) is bool(size.experts)


def test_a_pass_waits_for_weights_first_and_for_products_later() -> None:
    few, many = (roofline.floor_ms(10**9, 10**9, rows, "H100") for rows in (1, 10_000))
    assert few == roofline.floor_ms(10**9, 10**9, 2, "H100")
    assert many == pytest.approx(2 * roofline.floor_ms(10**9, 10**9, 5_000, "H100"))
    assert roofline.floor_ms(10**9, 10**9, 1, "H100", bits=4) == pytest.approx(few / 4)


def test_the_page_holds_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    roofline.main()
    assert capsys.readouterr().out in PAGE.read_text(encoding="utf-8")
