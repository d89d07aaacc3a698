"""Identifiers and share codes of the Central Digital Platform."""
