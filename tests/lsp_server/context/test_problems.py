"""What other tools say, by the lines it was said of."""

from unmask_lsp.context.problems import LONGEST_MESSAGE, REACH, Problem, near, problems_of
from unmask_lsp.text.documents import Documents

TEXT = "import os\r\n\r\ntotal = prcie * 2\r\n"


def said(*problems: tuple[int, str]) -> tuple[Problem, ...]:
    documents = Documents()
    documents.open(uri="file:///m.py", version=1, language="python", text=TEXT)
    document = documents.get("file:///m.py")
    assert document is not None
    return problems_of(document, problems)


PROBLEM = Problem(line="total = prcie * 2", message='"prcie" is not defined')


def test_a_problem_is_known_by_its_line() -> None:
    assert said((2, '"prcie" is not\n  defined')) == (PROBLEM,)


def test_blank_and_absent_lines_and_empty_messages_say_nothing() -> None:
    assert (
        said((1, "a blank line"), (9, "behind the end"), (-1, "before the start"), (0, " ")) == ()
    )


def test_what_two_tools_say_is_said_once_and_no_message_is_endless() -> None:
    assert said((0, "unused"), (0, "unused")) == (Problem(line="import os", message="unused"),)
    assert len(said((0, "x" * 1000))[0].message) == LONGEST_MESSAGE


def test_the_nearest_line_comes_first_wherever_it_has_moved_to() -> None:
    unused = Problem(line="import os", message="unused")
    left = "import os\n\n\n\n    total = pr"
    assert near((unused, PROBLEM), left, "cie * 2\ny = 1\n") == [PROBLEM, unused]
    assert near((unused, PROBLEM), "y = 1\n", f"\n{left}cie * 2\n") == [unused, PROBLEM]


def test_a_line_that_was_edited_or_is_far_away_is_not_told_of() -> None:
    assert near((PROBLEM,), "total = price * 2\n", "") == []
    assert near((PROBLEM,), f"{PROBLEM.line}\n{chr(10) * REACH}", "") == []
    assert near((PROBLEM,), f"{PROBLEM.line}{chr(10) * REACH}", "") == [PROBLEM]
    assert near((PROBLEM,), "", f"{chr(10) * REACH}{PROBLEM.line}\r\n") == [PROBLEM]


def test_an_empty_document_has_none() -> None:
    assert near((PROBLEM,), "", "") == []
