"""Preparing and publishing a change to a tender that is open."""
