"""Where bytes of weights come from, and whether they are the right ones.

Never reads what is in them.
"""
