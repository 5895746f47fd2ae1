"""What the text half knows of a language, and what many languages have in common."""

from dataclasses import dataclass

BRACKETS_OPEN = r"[({\[]$"
BRACKETS_CLOSE = r"[)}\]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """How a language looks, as far as completing it needs to know."""

    id: str
    """LSP's language id."""
    names: tuple[str, ...] = ()
    """What editors and tables of file types call it too."""
    extensions: tuple[str, ...] = ()
    """File name endings, with the dot."""
    comment: str = ""
    """What starts a comment that runs to the end of the line; empty if nothing does."""
    long_comment: tuple[str, str] = ("", "")
    """What starts and ends a comment of any length; empty if nothing does."""
    quotes: str = "\"'"
    """Characters that open and close a string on one line."""
    long_quotes: tuple[str, ...] = ()
    """What opens and closes a string of any length."""
    opens: str = BRACKETS_OPEN
    """A regular expression found in the code of a line whose body is on the next lines."""
    closes: str = BRACKETS_CLOSE
    """A regular expression of what ends a body; words need a grammar to tell whose body it is."""
    placeholder: str = r"(?!)"
    """A regular expression of a statement that stands where a body is still to be written."""
    empty: str = r"(?!)"
    """A regular expression of a body with nothing in it; its first group is where a block goes."""
    grammar: str = ""
    """The function that gives the tree-sitter grammar, "module:name"; empty for text rules only."""
    query: str = ""
    """The file in queries/, if it is not named after the id."""
    tags: str = ""
    """A module with a grammar whose tag query is good for this one too."""
    unit: str = ""
    """What everybody indents it with; empty if that differs."""
    has_recipes: bool = False
    """Whether a body has to begin with a tab, and nothing else may."""
    has_macros: bool = False
    """Whether a word in capitals may stand for any code, as in C."""
    is_prose: bool = False
    """Whether it is text for people, with none of code's brackets, scopes and bodies."""
    imports: str = ""
    """A regular expression of an import; its group `file` names a file or a module, its group
    `names`, if it has one, what is taken of that, or several modules."""

    @property
    def ends_with_words(self) -> bool:
        """Whether something else than a bracket ends a body."""
        return self.closes != BRACKETS_CLOSE

    @property
    def has_known_strings(self) -> bool:
        """Whether brackets in its strings and comments can be told from others."""
        return bool(self.quotes or self.long_quotes) and not self.is_prose


BLOCK_COMMENT = ("/*", "*/")
C_OPENS = rf"{BRACKETS_OPEN}|=>$|^\s*(case\b.*|default|public|private|protected)\s*:$"
SHELL_OPENS = rf"{BRACKETS_OPEN}|\b(then|do|else|in)$|^\s*[^\s()]+\)$"
LUA_OPENS = rf"{BRACKETS_OPEN}|\b(then|do|else|repeat)$|\bfunction\b[^()]*\([^()]*\)$"
TAG_OPENS = r"<(?!(?:br|hr|img|input|link|meta)\b)[A-Za-z][^<>]*(?<!/)>$"
TODO = r"\W*(?i:to-?do|not[ _]implemented|unimplemented)\b.*"
THROWN = r"throw new \w*(NotImplemented|UnsupportedOperation|NotSupported)\w*\(.*\);"
BRACES = r"(?:\)\s*|[>\]]\s*|\b(?!return\b)\w+\s+)\{(\s*)\}"
DOTTED_IMPORT = r"^\s*(?:import|using)\s+(?:static\s+)?(?P<file>[\w.]+)"
