"""The shipped figures of procurement law, read once per process."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from question_bank.loader import read_yaml
from tenders.rules.law import Law, read_law

LAW = Path(__file__).parent / "content" / "law.yml"


@cache
def shipped_law() -> Law:
    """Return the figures of content/law.yml. Raises ContentError with a remedy."""
    return read_law(read_yaml(LAW))
