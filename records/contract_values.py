"""What the contracts that follow from a tender say to notices: signature, indicators, ratings.

Only contracts that the viewer may read, and of their indicators only what is published and rated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.kpis import Kpis, KpiSeen
from foundation.clock import show_date


def values_of_contracts(contracts: Sequence[ContractSeen]) -> dict[str, str]:
    """Return words for boxes of notices; nothing of a tender without a contract."""
    if not contracts:
        return {}
    several = len(contracts) > 1
    measured = [
        (one, kpi) for one in contracts for kpi in Kpis(one).measured if kpi.row.is_published
    ]
    rated = [(seen, kpi) for seen, kpi in measured if kpi.last is not None]
    periods = {
        f"{show_date(kpi.last.period_from)} to {show_date(kpi.last.period_to)}"
        for _seen, kpi in rated
        if kpi.last is not None
    }
    ended = [(one, day) for one in contracts if (day := one.contract.ended_on) is not None]
    return {
        "signed_on": _days((one, one.contract.signed_on) for one in contracts),
        "ended_on": _days(ended),
        "kpis": "\n".join(
            [_of(seen, several) + _target(kpi) for seen, kpi in measured]
            + _why_none(contracts, several)
        ),
        "performance_words": "\n".join(_of(seen, several) + _rating(kpi) for seen, kpi in rated),
        "performance_period": "\n".join(sorted(periods)),
    }


def _why_none(contracts: Sequence[ContractSeen], several: bool) -> list[str]:
    """Return why no indicators are set, of contracts that publish none and for which it is said."""
    said = []
    for seen in contracts:
        found = Kpis(seen)
        if found.excepted is not None and not found.published:
            exception, event = found.excepted
            why = f"{exception.words} ({exception.source}): {event.words}"
            said.append(f"{_of(seen, several)}None. {why}")
    return said


def signed_first(contracts: Iterable[ContractSeen]) -> date | None:
    """Return the day on which the first contract was signed, from which the law counts."""
    return min((one.contract.signed_on for one in contracts), default=None)


def _days(found: Iterable[tuple[ContractSeen, date]]) -> str:
    listed = list(found)
    days = {day for _seen, day in listed}
    if len(days) <= 1:
        return "".join(show_date(day) for day in days)
    return "\n".join(f"{seen.reference}: {show_date(day)}" for seen, day in listed)


def _of(seen: ContractSeen, several: bool) -> str:
    return f"{seen.reference}: " if several else ""


def _target(kpi: KpiSeen) -> str:
    return f"{kpi.row.title}: {kpi.target}"


def _rating(kpi: KpiSeen) -> str:
    if kpi.last is None:
        return ""
    period = f"{show_date(kpi.last.period_from)} to {show_date(kpi.last.period_to)}"
    return f"{kpi.row.title}: {kpi.last.rating} ({kpi.figure(kpi.last)}, {period})"
