"""What was counted, and the answer to "why?".

Knows numbers and reasons, never text that was typed.
"""

__all__ = ["acceptance", "explanation", "page", "stats_file", "stats_recorder", "stats_table"]
