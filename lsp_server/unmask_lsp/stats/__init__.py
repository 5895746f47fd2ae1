"""What was counted, and the answer to "why?".

Knows numbers and reasons, never text that was typed.
"""
