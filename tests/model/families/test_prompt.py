"""How much of a text fits, and where it is cut."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken

from unmask_model.families.byte_tokenizer import END, byte_tokenizer
from unmask_model.families.denoiser import Prompt
from unmask_model.families.prompt import Tokenized, alike
from unmask_model.protocol.request import Snippet
from unmask_model.tokens.vocabulary import Vocabulary

VOCABULARY = Vocabulary(byte_tokenizer(), END)
LINE = "value = self.value\n"


def prompt_of(
    left: str, right: str = "", window: int = 128, snippets: tuple[str, ...] = ()
) -> Prompt:
    named = tuple(Snippet(origin="a.py", text=text) for text in snippets)
    return Tokenized(VOCABULARY, left, right, named, window).prompt(window)


@settings(max_examples=60)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 30))
def test_a_prompt_never_has_more_tokens_than_the_window(left: int, right: int, text: int) -> None:
    prompt = prompt_of(LINE * left, LINE * right, 128, (LINE * text, LINE * text))
    assert len(prompt.left) + len(prompt.right) + len(prompt.snippets) <= 128
    assert len(prompt.right) <= 32
    assert len(prompt.snippets) <= 32


def test_a_short_text_is_taken_whole() -> None:
    prompt = prompt_of("a = 1\n", "b = 2\n")
    assert VOCABULARY.decode(prompt.left) == "a = 1\n"
    assert VOCABULARY.decode(prompt.right) == "b = 2\n"


def test_each_side_is_cut_at_its_far_end() -> None:
    left, right = LINE * 100 + "near = ", "near\n" + LINE * 100
    prompt = prompt_of(left, right)
    assert left.endswith(VOCABULARY.decode(prompt.left))
    assert right.startswith(VOCABULARY.decode(prompt.right))


def test_typing_moves_the_cut_rarely() -> None:
    starts = []
    text = LINE * 100
    for typed in range(120):
        left = text + "x = 1;" * typed
        prompt = prompt_of(left)
        starts.append(len(left) - len(VOCABULARY.decode(prompt.left)))
    moves = sum(one != other for one, other in pairwise(starts))
    assert moves <= 120 * 6 * 2 / 32


def test_the_most_useful_snippets_are_kept_whole() -> None:
    prompt = prompt_of("", "", 128, (LINE * 20, "far = 1", "near = 2"))
    assert VOCABULARY.decode(prompt.snippets) == "a.py\nfar = 1\na.py\nnear = 2\n"


def test_each_snippet_bears_the_mark_of_a_file_where_the_model_knows_one() -> None:
    tokenizer = byte_tokenizer()
    tokenizer.add_special_tokens([AddedToken("<|file_sep|>", special=True)])
    vocabulary = Vocabulary(tokenizer, END)
    snippets = (Snippet(origin="a.py", text="<|file_sep|>"), Snippet(origin="b.py", text="y"))
    ids = Tokenized(vocabulary, "", "", snippets, 256).prompt(256).snippets
    mark = vocabulary.special("<|file_sep|>")
    assert [index for index, id_ in enumerate(ids) if id_ == mark] == [0, ids.index(mark, 1)]
    assert vocabulary.decode(ids) == "<|file_sep|>a.py\n<|file_sep|>\n<|file_sep|>b.py\ny\n"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ((1, 2, 3, 4, 5), (8,), True),
        ((1, 2, 9), (8,), True),
        ((7, 7), (8,), False),
        ((1, 2, 3, 4), (), True),  # an editor closed a bracket, or took one away
        ((1, 2, 3, 4), tuple(range(20, 60)), False),
    ],
)
def test_prompts_of_the_same_spot_are_alike(
    left: tuple[int, ...], right: tuple[int, ...], same: bool
) -> None:
    here = Prompt(left=(1, 2, 3, 4), right=(8,))
    assert alike(Prompt(left=left, right=right), here) == same


def test_a_window_of_a_few_tokens_is_no_reason_to_fail() -> None:
    assert len(prompt_of("abcdefgh", "ij", window=2).left) <= 2
