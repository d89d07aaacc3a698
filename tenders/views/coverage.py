"""Which controls the questionnaire of a tender tests, and which not."""

from __future__ import annotations
