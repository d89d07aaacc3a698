"""A few questions about what is bought, and the questionnaire they propose."""

from __future__ import annotations
