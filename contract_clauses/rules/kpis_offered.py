"""What the service knows of an indicator itself: counted from the answers as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contract_clauses.rules.kpis import HUNDRED
from contract_clauses.rules.obligations_due import months_after
from contract_clauses.rules.watching import LAST_TEST, certificates_in
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Kind, Part


@dataclass(frozen=True, slots=True)
class Offered:
    """A figure that the service knows, and what it was counted from."""

    value: Decimal
    source: str


def offered_figure(
    name: str, parts: Mapping[str, Part], answers: Mapping[str, Any], on: date
) -> Offered | None:
    """Return what the answers as they stand say of an indicator on a day; None if nothing."""
    counts = {"certificates": _certificates, "recovery-age": _recovery, "api": _api}
    return counts[name](parts, answers, on) if name in counts else None


def _certificates(
    parts: Mapping[str, Part], answers: Mapping[str, Any], on: date
) -> Offered | None:
    named = certificates_in(parts, answers)
    if not named:
        return None
    valid = sum(one.until >= on for one in named)
    words = f"{valid} of the {len(named)} certificates that the answers name are valid on that day"
    return Offered(_share(valid, len(named)), words)


def _recovery(parts: Mapping[str, Part], answers: Mapping[str, Any], on: date) -> Offered | None:
    days = [as_date(row.get(LAST_TEST)) for row in _rows(parts, answers, LAST_TEST)]
    tested = [day for day in days if day is not None]
    if not tested:
        return None
    oldest = min(tested)
    months = 0
    while months_after(oldest, months + 1) <= on:
        months += 1
    words = f"the last test of the part tested longest ago was on {oldest.day} {oldest:%B %Y}"
    return Offered(Decimal(months), words)


def _api(parts: Mapping[str, Part], answers: Mapping[str, Any], _on: date) -> Offered | None:
    datasets = {_plain(row.get("name")) for row in _rows(parts, answers, "by_api")}
    if not datasets:
        return None
    given = {_plain(row.get("dataset")) for row in _rows(parts, answers, "endpoint")}
    there = len(datasets & given)
    words = (
        f"{there} of the {len(datasets)} datasets listed have an endpoint in the list of the API"
    )
    return Offered(_share(there, len(datasets)), words)


def _rows(
    parts: Mapping[str, Part], answers: Mapping[str, Any], column: str
) -> list[Mapping[str, Any]]:
    """Return the rows of the tables that have a column."""
    return [
        row
        for part_id, value in answers.items()
        if (part := parts.get(part_id)) is not None
        and part.kind is Kind.TABLE
        and part.schema is not None
        and part.schema.column(column) is not None
        for row in (value if isinstance(value, list) else [])
    ]


def _share(some: int, of: int) -> Decimal:
    return (Decimal(some) * HUNDRED / Decimal(of)).quantize(Decimal("0.01"))


def _plain(name: Any) -> str:
    return " ".join(str(name or "").casefold().split())
