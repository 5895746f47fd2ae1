"""Which files may be read or completed in. Knows paths and ignore files, never what a file says."""

__all__ = ["ignore_files", "repository", "verdicts", "workspace"]
