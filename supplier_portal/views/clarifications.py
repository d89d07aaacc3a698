"""Asking about the tender, and what everyone was told."""
