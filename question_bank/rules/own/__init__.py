"""Questions of an authority's own: what they are called, how they are changed, when they are sound.

An own question has exactly the form of a question of the bank (``docs/content-guide.md``); while it
is a draft it may still lack things.
"""
