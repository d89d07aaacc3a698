"""What a duty notices of yearly assessments: one that is due, to be answered, to be settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.reassessing import Round, Rounds
from contract_clauses.queries.watching import contracts_that_run
from contract_clauses.reassess_guide import shipped_guide
from contract_clauses.reassess_tasks import ROUND_DUE, TO_ANSWER, TO_SETTLE
from contract_clauses.service.watching_rounds import Round as Looked
from tenders.service.tasks import Wanted, keep_tasks

KINDS = (ROUND_DUE, TO_ANSWER, TO_SETTLE)
GONE = "It was opened, handed in or settled, or the contract no longer runs."


def watch_rounds(_first: date, last: date) -> None:
    """Notice which assessments are due. Done twice, or days late, it comes to the same."""
    found = Looked()
    found.look_at(
        contracts_that_run(last), lambda seen: found.wanted.extend(_wanted(Rounds(seen), last))
    )
    if found.failed is None:
        keep_tasks(KINDS, found.wanted, GONE)
    else:
        # What could not be looked at may still be wanted, so nothing ends today.
        keep_tasks([], found.wanted, "")
    found.end()


def look_at_rounds(seen: ContractSeen, day: date) -> None:
    """Bring the tasks of one contract up to what was just done."""
    keep_tasks(KINDS, [*_wanted(Rounds(seen), day)], GONE, about=f"{seen.token}:")


def _wanted(rounds: Rounds, day: date) -> Iterator[Wanted]:
    seen, running = rounds.seen, rounds.running
    if running is not None:
        yield _of(seen, running)
        return
    due = rounds.next_on
    over = seen.contract.ended_on or seen.contract.ends_on
    if due - shipped_guide().announced <= day and due < over:
        yield Wanted(
            seen.contract.authority_id, seen.tender.id, ROUND_DUE, f"{seen.token}:due", due,
            _details(seen),
        )  # fmt: skip


def _of(seen: ContractSeen, running: Round) -> Wanted:
    """Return the task of an open round: for the supplier to answer, or the council to settle."""
    details = _details(seen) | {"assessment": running.token}
    subject = f"{seen.token}:{running.token}:{len(running.steps)}"
    handed_in = running.handed_in_on
    if running.is_with_supplier or handed_in is None:
        whose, kind, day = seen.supplier.id, TO_ANSWER, running.row.due_on
    else:
        whose, kind, day = seen.contract.authority_id, TO_SETTLE, handed_in
        day += shipped_guide().to_settle
    return Wanted(whose, seen.tender.id, kind, subject, day, details)


def _details(seen: ContractSeen) -> dict[str, object]:
    one = seen.contract
    return {"contract": one.token, "bid": seen.bid.id} | (
        {"to": one.manager_id} if one.manager_id else {}
    )
