from collections.abc import Callable

import numpy as np

from unmask_train.corpus.duplicates import Duplicates
from unmask_train.corpus.ngrams import GRAM, grams_of, tokens_of

Code = Callable[[str], str]


def seen(duplicates: Duplicates, text: str) -> bool:
    return duplicates.seen(grams_of(tokens_of(text)))


def test_the_same_text_is_seen_once(code: Code) -> None:
    duplicates = Duplicates()
    assert [seen(duplicates, code("parse")) for _ in range(3)] == [False, True, True]


def test_white_space_and_a_changed_line_do_not_make_a_new_text(code: Code) -> None:
    duplicates = Duplicates()
    seen(duplicates, code("parse"))
    changed = code("parse").replace("    ", "\t").replace("* 7", "* seven")
    assert seen(duplicates, changed)


def test_texts_on_different_matters_are_different(code: Code) -> None:
    duplicates = Duplicates()
    assert not seen(duplicates, code("parse"))
    assert not seen(duplicates, code("render"))


def test_a_common_licence_header_does_not_make_texts_alike(code: Code) -> None:
    header = "# Licensed under the terms that are found in the file beside this one, as is.\n" * 2
    duplicates = Duplicates()
    assert not seen(duplicates, header + code("parse"))
    assert not seen(duplicates, header + code("render"))


def test_texts_too_short_for_a_gram_are_never_seen() -> None:
    duplicates = Duplicates()
    assert [seen(duplicates, "import os") for _ in range(2)] == [False, False]


def test_there_is_one_gram_for_each_run_of_13_tokens() -> None:
    tokens = tokens_of("a b c d e f g h i j k l m n o")
    assert len(grams_of(tokens)) == len(tokens) - GRAM + 1


def test_a_gram_is_the_same_wherever_it_stands() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen"
    alone = grams_of(tokens_of(words))
    assert np.isin(alone, grams_of(tokens_of(f"before ( {words} ) after"))).all()


def test_a_gram_depends_on_the_order_of_its_tokens() -> None:
    tokens = tokens_of("one two three four five six seven eight nine ten eleven twelve thirteen")
    assert grams_of(tokens) != grams_of(tokens[::-1])


def test_tokens_are_words_numbers_and_single_characters() -> None:
    assert tokens_of("x1 += 10.5") == [b"x1", b"+", b"=", b"10", b".", b"5"]
