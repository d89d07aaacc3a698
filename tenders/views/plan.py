"""The questionnaire of a draft: sections, questions, weights, classes and thresholds."""

from __future__ import annotations
