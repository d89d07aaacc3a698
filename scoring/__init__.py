"""Marks, moderation, scores, ranking and the risks that answers raise."""
