"""Places with their surroundings, and what each source is worth, on the model `scripted`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from context_places import draw
from context_sources import ALL, NONE, main, variants

from unmask_model.protocol.errors import RequestInvalid

SHAPES = "class Circle:\n    def area(self, unit: float) -> float: ...\n"
LINES = "".join(f"    circle.area(length_{number} * factor)\n" for number in range(60))


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "shapes.py").write_text(SHAPES)
    (folder / "m.py").write_text(f"from shapes import Circle\n\n\ndef sizes(circle):\n{LINES}\n")
    return folder


async def test_a_place_is_a_cut_line_with_what_goes_with_it(package: Path) -> None:
    for place in await draw(package, 5, seed=0):
        assert place.file == "m.py"
        assert place.left + place.truth + place.right == (package / "m.py").read_text()
        assert place.right.startswith("\n")
        assert len(place.truth) >= 8
        assert any(snippet.origin == "shapes.py" for one in place.taken for snippet in one.snippets)
        assert variants(place)[NONE] == ()
        assert set(variants(place)[ALL]) == {
            snippet for one in place.taken for snippet in one.snippets
        }


async def test_the_same_seed_draws_the_same_places(package: Path) -> None:
    one, other = await draw(package, 5, seed=3), await draw(package, 5, seed=3)
    assert [place.left for place in one] == [place.left for place in other]


async def test_a_folder_without_sources_is_refused_with_a_word_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="name another"):
        await draw(tmp_path, 2, seed=0)


def test_every_source_is_measured_against_none(
    package: Path, write_script: Callable[..., None], tmp_path: Path
) -> None:
    write_script({}, default="circle.area(length_1 * factor)")
    out = tmp_path / "out.json"
    main(package, model="scripted", places=4, seed=0, out=out)
    found = json.loads(out.read_text())["sources"]
    assert set(found) == {
        *(NONE, ALL, "enclosing scopes", "signatures", "diagnostics"),
        *("recent edits", "similar code"),
    }
    assert found[NONE]["ms"] == {"p50": 0, "p95": 0}
    assert 0 < found["signatures"]["ms"]["p50"] <= found[ALL]["ms"]["p95"]
    assert found[NONE]["given"] == 0
    assert found[ALL]["given"] == 4
    assert found[ALL]["context_tokens"] != found[NONE]["context_tokens"]
    assert found[ALL]["exact_gain"]["value"] == 0
