"""Keeping what people type, as they type, and who has a question open."""
