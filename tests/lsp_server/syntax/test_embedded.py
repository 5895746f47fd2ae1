"""Text of one language inside a file of another."""

import pytest

from unmask_lsp.syntax.embedded import Part, part_of

FENCED = "# A\n\n```js\nlet a = 1;\n"


def test_fenced_code_ends_at_its_fence() -> None:
    part = part_of("markdown", FENCED, "let b;\n```\n\nEnd.\n")
    assert part == Part(language="js", left="let a = 1;\n", right="let b;\n")


def test_a_longer_fence_may_hold_a_shorter_one() -> None:
    part = part_of("markdown", "````md\n```js\nx\n```\n", "y\n````\n")
    assert part == Part(language="md", left="```js\nx\n```\n", right="y\n")


def test_fenced_code_that_is_not_closed_goes_on() -> None:
    part = part_of("markdown", FENCED, "")
    assert part == Part(language="js", left="let a = 1;\n", right="")


@pytest.mark.parametrize("left", ["text\n", f"{FENCED}```\n\nmore ", "```", "a ``` b\n"])
def test_elsewhere_is_prose(left: str) -> None:
    assert part_of("markdown", left, "\n") is None


def test_a_script_is_what_its_tag_says() -> None:
    part = part_of("vue", '<script lang="ts" setup>\nlet a', "\n</script>\n<p>")
    assert part == Part(language="ts", left="\nlet a", right="\n")
    assert part_of("html", "<style>p {", "}</style>") == Part(language="css", left="p {", right="}")
    module = part_of("html", '<script type="module">', "</script>")
    assert module == Part(language="javascript", left="", right="")


def test_behind_a_script_is_the_page() -> None:
    assert part_of("html", "<script>a</script>\n<p>", "</p>") is None
    assert part_of("python", "<script>", "</script>") is None
