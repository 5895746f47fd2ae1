"""Source code with a licence that allows it, without duplicates and without test sets.

Knows no model.
"""

__all__ = ["collection", "contamination", "corpus", "download", "harvest", "packages"]
