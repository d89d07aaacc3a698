"""What the contract of the demonstration is measured by, and what its supplier is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.queries import Viewer
from contract_clauses.kpi_guide import shipped_kpis
from contract_clauses.queries.contracts import contract_seen, my_contract
from contract_clauses.queries.kpis import Kpis
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.rules.kpis import Measured
from contract_clauses.rules.outcomes import Figures
from contract_clauses.service.kpis import rate, take_up
from contract_clauses.service.outcomes import set_figures
from contract_clauses.service.reassessing import open_round, still_right
from foundation import clock
from foundation.database import transaction
from records.demonstration.past import as_of

PUBLISHED = ("recovery", "api", "certificates")
A_MONTH, TO_ANSWER = timedelta(days=30), timedelta(days=28)


def measure(token: str, live: datetime, officer: Viewer, lead: Viewer) -> None:
    """Set indicators and rate one, say what the outcome comes to, and ask what may have changed."""
    first = clock.london(live).date()
    with as_of(live + A_MONTH + timedelta(hours=1)), transaction():
        seen = contract_seen(officer, token)
        names = [one.id for one in shipped_kpis().indicators]
        take_up(seen, names, PUBLISHED, by=officer)
        api = next(one for one in Kpis(seen).listed if one.name == "api")
        words = "Counted from the list of datasets at the first meeting."
        last = seen.today - timedelta(days=1)
        begin = max(first, seen.contract.starts_on)
        rate(seen, api.row.token, Measured(begin, last, Decimal(88), None, words), by=officer)
        figures = Figures("complaints a winter", Decimal(320), Decimal(160))
        set_figures(seen, figures, "Complaints of the two winters before.", by=officer)
        made = open_round(seen, seen.today + TO_ANSWER, by=officer)
    with as_of(live + A_MONTH + timedelta(days=1)), transaction():
        mine = my_contract(lead, token)
        asked = [one.part for one in Rounds(mine).round(made.token).asked]
        still_right(mine, made.token, asked[: len(asked) // 2], by=lead, arrived_at=clock.now())
