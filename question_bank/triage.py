"""The shipped triage, read once per process."""

from __future__ import annotations

from functools import cache

from question_bank.loader import CONTENT, read_yaml
from question_bank.rules.triage import Triage, read_triage


@cache
def shipped_triage() -> Triage:
    """Return the questions and rules of content/triage.yml. Raises ContentError with a remedy."""
    return read_triage(read_yaml(CONTENT / "triage.yml"))
