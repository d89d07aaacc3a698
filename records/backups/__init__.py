"""Backups: what the service keeps at one moment, apart from its keys, and putting it back."""
