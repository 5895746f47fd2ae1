"""Documents, positions and white space: the exact text an editor has. Knows no syntax."""

__all__ = [
    "bounded_text",
    "documents",
    "editor_config",
    "indentation",
    "notebooks",
    "positions",
    "source_file",
    "stopwatch",
    "uris",
    "wildcards",
]
