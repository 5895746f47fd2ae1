"""What the .editorconfig files around a file say of its indentation (editorconfig.org)."""

import re
from pathlib import Path

from editorconfig import EditorConfigError, get_properties

from unmask_lsp.text.bounded_text import bounded_text
from unmask_lsp.text.wildcards import MOST_STEPS, section_steps

MOST_COLUMNS = 16
LARGEST_FILE = 100_000
"""Characters of the largest .editorconfig that is read."""
MOST_SECTIONS, LONGEST_SECTION = 300, 1000
_SECTION = re.compile(r"^\s*\[(.*)\]", re.MULTILINE)


def configured_unit(path: Path) -> str:
    """White space of one level of indentation in a file; empty if nobody says."""
    if not all(_is_tame(folder / ".editorconfig", path) for folder in path.absolute().parents):
        return ""
    try:
        options = get_properties(str(path.absolute()))
    except (EditorConfigError, OSError, UnicodeError, ValueError):  # it is not ours to complain
        return ""
    if options.get("indent_style") == "tab":
        return "\t"
    size = options.get("indent_size", "")
    columns = int(size) if size.isdecimal() and len(size) <= len(str(MOST_COLUMNS)) else 0
    return " " * columns if columns <= MOST_COLUMNS else ""


def _is_tame(file: Path, path: Path) -> bool:
    """Whether a file, if it is there, can be read and its sections matched in a moment."""
    if not file.exists():
        return True
    try:
        text = bounded_text(file, LARGEST_FILE, "replace")
    except OSError:
        text = None
    if text is None:
        return False
    sections = _SECTION.findall(text)
    if len(sections) > MOST_SECTIONS or max(map(len, sections), default=0) > LONGEST_SECTION:
        return False
    return sum(section_steps(one, str(path)) for one in sections) <= MOST_STEPS
