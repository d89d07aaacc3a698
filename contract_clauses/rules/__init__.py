"""Choosing and wording clauses: plain Python, no web and no database."""
