"""Deciding on what a bid marked confidential."""
