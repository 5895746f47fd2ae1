"""Which files may be read or completed in, and what a secret looks like. Knows no syntax tree."""

__all__ = ["git", "ignore_files", "privacy_cache", "secrets", "source_files", "workspace"]
