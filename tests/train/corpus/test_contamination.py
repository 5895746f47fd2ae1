import gzip
import json
from pathlib import Path

import pytest

from unmask_model.protocol.errors import RequestInvalid
from unmask_train.corpus.contamination import Contamination
from unmask_train.corpus.ngrams import grams_of, tokens_of

PROBLEM = {
    "entry_point": "has_close_elements",
    "prompt": "def check(numbers, threshold):\n",
    "canonical_solution": (
        "for index, element in enumerate(numbers):\n"
        "    for other, another in enumerate(numbers):\n"
        "        if index != other and abs(element - another) < threshold:\n"
        "            return True\n"
    ),
    "test": "MATRIX = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]]\n",
    "difficulty": 3,
}

SOLUTION = str(PROBLEM["canonical_solution"])


def found(text: str) -> bool:
    tokens = tokens_of(text)
    return Contamination([PROBLEM]).found_in(tokens, grams_of(tokens))


def test_a_copied_solution_is_found_whatever_its_indentation() -> None:
    copied = "\n".join("        " + line for line in SOLUTION.splitlines())
    assert found(f"class Mine:\n    def method(self):\n{copied}\n")


def test_a_long_entry_point_is_found_by_its_name() -> None:
    assert found("print(has_close_elements)")


def test_a_name_that_only_contains_an_entry_point_is_another_name() -> None:
    assert not found("has_close_elements_of_mine = 1")


def test_matrix_literals_do_not_count() -> None:
    assert not found(str(PROBLEM["test"]))


def test_one_line_in_common_is_not_enough() -> None:
    assert not found("for index, element in enumerate(numbers):\n    print(index, element)\n")


def test_nothing_is_contaminated_where_nothing_is_to_be_avoided() -> None:
    tokens = tokens_of(SOLUTION)
    assert not Contamination([]).found_in(tokens, grams_of(tokens))


@pytest.mark.parametrize("name", ["problems.jsonl", "problems.jsonl.gz"])
def test_evaluation_files_are_read_plain_and_gzipped(name: str, tmp_path: Path) -> None:
    raw = json.dumps(PROBLEM).encode() + b"\n\n"
    path = tmp_path / name
    path.write_bytes(gzip.compress(raw) if name.endswith(".gz") else raw)
    assert Contamination.of_files([path]).found_in([b"has_close_elements"], grams_of([]))


@pytest.mark.parametrize("raw", [b"not json\n", b"\x1f\x8b broken"])
def test_a_file_that_is_no_evaluation_is_refused_in_one_line(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "problems.jsonl"
    path.write_bytes(raw)
    with pytest.raises(RequestInvalid, match="cannot be read as evaluation text"):
        Contamination.of_files([path])
