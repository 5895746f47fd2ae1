"""What decides how a run goes."""

from collections.abc import Callable

import pytest

from unmask_model.protocol.errors import RequestInvalid
from unmask_train.records.recipe import Recipe


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ("rank=8", lambda recipe: recipe.rank == 8),
        ("layout.ahead=6", lambda recipe: recipe.layout.ahead == 6),
        ("lengths=[24]", lambda recipe: recipe.lengths == (24,)),
        ("layout.copies=[[0],[3]]", lambda recipe: recipe.layout.copies == ((0,), (3,))),
    ],
)
def test_one_field_is_changed_and_no_other(change: str, field: Callable[[Recipe], bool]) -> None:
    recipe = Recipe().changed(change)
    assert field(recipe)
    assert recipe != Recipe()
    assert recipe.weighting == Recipe().weighting


@pytest.mark.parametrize("change", ["width=8", "layout.width=8", "rank", "rank=many", "rank.x=1"])
def test_what_no_recipe_has_is_refused(change: str) -> None:
    with pytest.raises(RequestInvalid, match="no change"):
        Recipe().changed(change)
