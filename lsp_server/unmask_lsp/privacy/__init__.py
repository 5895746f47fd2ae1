"""Which files may be read or completed in. Knows paths and ignore files, never what a file says."""
