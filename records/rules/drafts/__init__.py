"""Drafts for the public made from a winner's answers: data chain, datasets, algorithmic record."""
