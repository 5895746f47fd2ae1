from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from unmask_train.corpus.collection import Collection, water_level
from unmask_train.corpus.contamination import Contamination
from unmask_train.corpus.corpus import Corpus, Document
from unmask_train.corpus.download import Download
from unmask_train.corpus.harvest import CorpusMix, Harvest, Sieve, harvest
from unmask_train.corpus.packages import Package

Build = Callable[..., Path]
Code = Callable[[str], str]
EVERYTHING = CorpusMix(characters=10_000_000, package_share=1.0)


def document(path: str, text: str) -> Document:
    return Document(package="mine", path=path, language="python", text=text)


def sift(documents: list[Document], mix: CorpusMix = EVERYTHING) -> Harvest:
    return harvest(documents, mix, Sieve(Contamination([])))


def downloaded(path: Path) -> Download:
    return Download(package=Package(name=path.name), path=path)


def test_good_files_are_taken_and_the_others_counted_by_reason(code: Code) -> None:
    taken = sift(
        [
            document("a.py", code("parse")),
            document("copy.py", code("parse")),
            document("_vendor/b.py", code("render")),
            document("empty.py", ""),
        ]
    )
    assert len(taken.documents) == 1
    assert taken.refused == Counter({"duplicate": 1, "vendored": 1, "size": 1})


def test_contaminated_files_are_refused(code: Code) -> None:
    sieve = Sieve(Contamination([{"entry_point": "has_close_elements"}]))
    assert sieve.refuse(document("a.py", code("parse"))) is None
    assert sieve.refuse(document("b.py", code("x") + "has_close_elements()")) == "contaminated"


def test_a_package_gives_no_more_than_its_share(code: Code) -> None:
    documents = [document(f"{topic}.py", code(topic)) for topic in ("parse", "lexer", "token")]
    size = len(documents[0].text)
    mix = CorpusMix(characters=10 * size, package_share=0.2)
    taken = sift(documents, mix)
    assert len(taken.documents) == 2
    assert taken.refused == Counter({"cap": 1})


def test_tests_are_taken_only_in_proportion_to_the_code(code: Code) -> None:
    documents = [document(f"code_{topic}.py", code(f"c{topic}")) for topic in "abcdefghij"]
    documents += [document(f"tests/test_{topic}.py", code(f"t{topic}")) for topic in "abcd"]
    taken = sift(documents)
    assert len([one for one in taken.documents if "tests/" in one.path]) == 1


def test_the_seed_decides_which_files_are_taken(code: Code) -> None:
    documents = [document(f"{topic}.py", code(f"topic_{topic}")) for topic in "abcdefgh"]
    size = len(documents[0].text)

    def paths(seed: int) -> list[str]:
        mix = CorpusMix(characters=3 * size, package_share=1.0, seed=seed)
        return [one.path for one in sift(documents, mix).documents]

    assert paths(1) == paths(1)
    assert paths(1) != paths(2)


def test_the_order_in_which_an_archive_lists_its_files_does_not_matter(code: Code) -> None:
    documents = [document(f"{topic}.py", code(f"topic_{topic}")) for topic in "abcd"]
    assert sift(documents).documents == sift(documents[::-1]).documents


@pytest.mark.parametrize(
    ("sizes", "most", "level"),
    [
        ([10, 10, 10], 30, 10),
        ([10, 20, 90], 60, 30),
        ([100, 100], 50, 25),
        ([5, 6], 1000, 6),
        ([], 1000, 0),
        ([7], 0, 0),
    ],
)
def test_the_water_level_spares_the_small(sizes: list[int], most: int, level: int) -> None:
    assert water_level(sizes, most) == level


def test_wheels_become_a_corpus_with_a_manifest(
    build_wheel: Build, code: Code, tmp_path: Path
) -> None:
    collection = Collection(EVERYTHING, Contamination([]))
    collection.add(downloaded(build_wheel("closed", {"a.py": code("closed")})), "held-out")
    collection.add(downloaded(build_wheel("mine", {"a.py": code("mine"), "b.py": ""})), "train")
    collection.write(tmp_path / "corpus")
    corpus = Corpus(tmp_path / "corpus")
    assert [one.package for one in corpus.documents()] == ["mine"]
    assert [one.package for one in corpus.documents("held-out")] == ["closed"]
    row = corpus.manifest["packages"][1]
    assert (row["name"], row["licence"], row["refused"]) == ("mine", "MIT", {"size": 1})
    assert len(row["sha256"]) == 64


def test_what_is_held_out_stays_out_of_training_under_any_name(
    build_wheel: Build, code: Code, tmp_path: Path
) -> None:
    collection = Collection(EVERYTHING, Contamination([]))
    collection.add(downloaded(build_wheel("closed", {"a.py": code("closed")})), "held-out")
    collection.add(downloaded(build_wheel("fork", {"copy.py": code("closed")})), "train")
    collection.write(tmp_path / "corpus")
    assert Corpus(tmp_path / "corpus").documents() == []


@pytest.mark.parametrize(
    ("metadata", "reason"),
    [("License-Expression: GPL-3.0-only", "GPL-3.0-only"), ("Summary: x", "none that")],
)
def test_a_package_without_an_allowed_licence_is_left_out_with_the_reason(
    metadata: str, reason: str, build_wheel: Build, code: Code, tmp_path: Path
) -> None:
    collection = Collection(EVERYTHING, Contamination([]))
    collection.add(downloaded(build_wheel("mine", {"a.py": code("mine")}, metadata)), "train")
    collection.write(tmp_path / "corpus")
    corpus = Corpus(tmp_path / "corpus")
    assert corpus.documents() == []
    assert reason in corpus.manifest["rejected"][0]["reason"]


def test_a_package_that_could_not_be_fetched_is_left_out_with_the_reason(tmp_path: Path) -> None:
    collection = Collection(EVERYTHING, Contamination([]))
    missing = Download(package=Package(name="mine"), path=None, reason="no such package")
    collection.add(missing, "train")
    collection.write(tmp_path)
    assert Corpus(tmp_path).manifest["rejected"][0]["reason"] == "no such package"


def test_other_languages_leave_python_its_part(
    build_wheel: Build, build_tarball: Build, code: Code, tmp_path: Path
) -> None:
    files = {f"src/{topic}.ts": code(f"ts_{topic}") for topic in "abcdefgh"}
    other = Download(
        package=Package(name="other", registry="npm"), path=build_tarball("other", files)
    )
    size = len(code("ts_a"))
    mix = CorpusMix(characters=4 * size, package_share=2.0, python_share=0.5)
    collection = Collection(mix, Contamination([]))
    collection.add(other, "train")
    wheel = build_wheel("mine", {f"{topic}.py": code(f"py_{topic}") for topic in "abcdefgh"})
    collection.add(downloaded(wheel), "train")
    collection.write(tmp_path / "corpus")
    languages = Counter(one.language for one in Corpus(tmp_path / "corpus").documents())
    assert languages == {"python": 2, "typescript": 2}
