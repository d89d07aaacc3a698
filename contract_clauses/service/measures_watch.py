"""What a duty notices of the measures of a contract: indicators to rate, an outcome to measure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from contract_clauses.measure_tasks import MEASURE, RATE
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.kpis import Kpis
from contract_clauses.queries.outcomes import OutcomeSeen
from contract_clauses.queries.watching import contracts_to_measure
from contract_clauses.service.watching_rounds import Round
from tenders.rules.tasks import FALLS_DUE
from tenders.service.tasks import Wanted, keep_tasks

KINDS = (RATE, MEASURE)
SOON = timedelta(days=max(FALLS_DUE))
GONE = "It was rated or measured, or is not due any more."


def watch_measures(_first: date, last: date) -> None:
    """Notice what is to be rated and measured. Done twice, or days late, it comes to the same."""
    found = Round()
    found.look_at(contracts_to_measure(last), lambda seen: found.wanted.extend(_wanted(seen, last)))
    if found.failed is None:
        keep_tasks(KINDS, found.wanted, GONE)
    else:
        # What could not be looked at may still be wanted, so nothing ends today.
        keep_tasks([], found.wanted, "")
    found.end()


def look_at_measures(seen: ContractSeen, day: date) -> None:
    """Bring the tasks of one contract up to what was just done."""
    keep_tasks(KINDS, [*_wanted(seen, day)], GONE, about=f"{seen.token}:")


def _wanted(seen: ContractSeen, day: date) -> Iterator[Wanted]:
    outcome = OutcomeSeen(seen)
    # A tender that stated none has nothing to measure again.
    measured = outcome.days if outcome.stated or outcome.figures else ()
    for kind, days in (
        (RATE, Kpis(seen).days_due),
        (MEASURE, [one for one in measured if one not in outcome.readings]),
    ):
        for due in days:
            if due - day <= SOON:
                subject = f"{seen.token}:{kind}"
                yield Wanted(
                    seen.contract.authority_id, seen.tender.id, kind, subject, due, _details(seen)
                )


def _details(seen: ContractSeen) -> dict[str, object]:
    one = seen.contract
    keeper = {"to": one.manager_id} if one.manager_id else {}
    return {"contract": one.token, "bid": seen.bid.id} | keeper
