"""Two copies of a model that are asked the same."""

from agreement import ask, compare
from holes import draw_holes

from unmask_model.families.open_model import open_model
from unmask_train.corpus.corpus import Document

TEXT = "".join(f"def add_{k}(x, y):\n    return x + {k} * y\n\n" for k in range(20))


def test_a_model_agrees_with_itself_and_every_way_is_asked() -> None:
    documents = [Document(package="p", path="a.py", language="python", text=TEXT)]
    denoiser = open_model("scripted").denoiser
    holes = draw_holes(documents, 4, seed=0)
    answers = {name: [ask(denoiser, hole) for hole in holes] for name in ("one", "other")}
    assert set(answers["one"][0].ids) == {"left to right", "all masked"}
    for way in answers["one"][0].ids:
        figures = compare(answers, way, ["p"] * 4)
        assert figures.same.value == 1.0
        assert figures.places >= 4


def test_agreement_is_the_share_of_places_with_the_same_id() -> None:
    documents = [Document(package="p", path="a.py", language="python", text=TEXT)]
    denoiser = open_model("scripted").denoiser
    one = [ask(denoiser, hole) for hole in draw_holes(documents, 2, seed=0)]
    other = [ask(denoiser, hole) for hole in draw_holes(documents, 2, seed=0)]
    other[0].ids["all masked"][:6] = [-1] * 6
    figures = compare({"one": one, "other": other}, "all masked", ["p", "p"])
    assert figures.same.value == 1 - 6 / figures.places
