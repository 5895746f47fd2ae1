"""What the .editorconfig files around a file say of its indentation (editorconfig.org)."""

from pathlib import Path

from editorconfig import EditorConfigError, get_properties

MOST_COLUMNS = 16


def configured_unit(path: Path) -> str:
    """White space of one level of indentation in a file; empty if nobody says."""
    try:
        options = get_properties(str(path.absolute()))
    except (EditorConfigError, OSError, UnicodeError, ValueError):  # it is not ours to complain
        return ""
    if options.get("indent_style") == "tab":
        return "\t"
    size = options.get("indent_size", "")
    columns = int(size) if size.isdecimal() else 0
    return " " * columns if columns <= MOST_COLUMNS else ""
