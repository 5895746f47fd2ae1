"""A place in a file, as sources of context are asked about it: the text near it and its names."""

import re
from dataclasses import dataclass
from functools import cached_property

from unmask_lsp.context.problems import Problem
from unmask_lsp.context.window import LEFT_CHARACTERS, RIGHT_CHARACTERS
from unmask_lsp.syntax.languages import Language

NEAR_LEFT, NEAR_RIGHT = 800, 400
"""Characters around the cursor that the model sees in any case."""
SPEAKING = 400
"""Characters left of the cursor whose words say what is being written."""
MOST_WORDS = 24
NAME = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, kw_only=True)
class ContextQuery:
    """A cursor in a file of the workspace."""

    file: str
    """The file's path in the workspace."""
    imports: tuple[str, ...] = ()
    """Paths of the files it imports."""
    language: Language
    """Its language's row."""
    left: str
    """All text left of the cursor."""
    right: str
    """All text right of it."""
    problems: tuple[Problem, ...] = ()
    """What other tools say of the file."""

    @cached_property
    def near(self) -> str:
        """What the model sees in any case."""
        return self.left[-NEAR_LEFT:] + self.right[:NEAR_RIGHT]

    @cached_property
    def around(self) -> str:
        """What the model may see."""
        return self.left[-LEFT_CHARACTERS:] + self.right[:RIGHT_CHARACTERS]

    @cached_property
    def words(self) -> list[str]:
        """Names near the cursor, the nearest first."""
        said = NAME.findall(self.left[-SPEAKING:])
        return list(dict.fromkeys(reversed(said)))[:MOST_WORDS]
