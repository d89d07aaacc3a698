"""The shipped indicators, read once per process."""

from __future__ import annotations

from functools import cache

from contract_clauses.loader import CONTENT
from contract_clauses.rules.kpis import Guide, read_guide
from question_bank.loader import read_yaml


@cache
def shipped_kpis() -> Guide:
    """Return the guide of content/kpis.yml. Raises ContentError."""
    return read_guide(read_yaml(CONTENT / "kpis.yml"))
