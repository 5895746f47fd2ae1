"""What code is around a place: languages, trees, brackets, imports.

Knows text, never what is suggested.
"""
