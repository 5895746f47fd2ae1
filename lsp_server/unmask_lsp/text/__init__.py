"""Documents, positions and white space: the exact text an editor has.

Knows no syntax and no file system.
"""
