"""The dialects in which other clients ask for infills: one module each, and what they share.

A dialect's class is what a client may send, as pydantic validates it, and turns an answer into what
that client reads. Fields that are not declared are ignored: sampling is the engine's business, so
`temperature`, `top_p` and their like change nothing.
"""
