"""Conditions are data: one grammar for what is shown, what is flagged, and which clause applies."""
