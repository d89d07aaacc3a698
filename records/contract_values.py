"""What the contracts that follow from a tender say to notices: signature, indicators, ratings.

Only contracts that the viewer may read, and of their indicators only what is published and rated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.kpis import Kpis, KpiSeen
from foundation.clock import show_date

NOT_SAID = "No indicators are set yet, and no exception is recorded"


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
        "kpis": _indicators(contracts),
        "performance_words": "\n".join(_of(seen, several) + _rating(kpi) for seen, kpi in rated),
        "performance_period": "\n".join(sorted(periods)),
    }


def _indicators(contracts: Sequence[ContractSeen]) -> str:
    """Return the published indicators of each contract or why it has none, contract by contract.

    Nothing where none says either, so that the notice asks for it; where one of several does, those
    that should and do not are named, or nobody would miss them.
    """
    several, found = len(contracts) > 1, [(seen, Kpis(seen)) for seen in contracts]
    if not any(kpis.published or kpis.excepted for _seen, kpis in found):
        return ""
    lines = [(seen, line) for seen, kpis in found for line in _lines_of(kpis)]
    return "\n".join(_of(seen, several) + line for seen, line in lines)


def _lines_of(kpis: Kpis) -> list[str]:
    published = [_target(one) for one in kpis.measured if one.row.is_published]
    if published:
        return published
    if kpis.excepted is not None:
        exception, event = kpis.excepted
        return [f"None. {exception.words} ({exception.source}): {event.words}"]
    return [NOT_SAID] if kpis.are_needed else []


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
