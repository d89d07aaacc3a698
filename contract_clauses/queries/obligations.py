"""The obligations of contracts as they stand on a day, opened for whoever may read the contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import select

from contract_clauses import seals
from contract_clauses.models import Obligation, ObligationDue
from contract_clauses.rules.obligations import Bound, DueState, Origin
from contract_clauses.rules.obligations_drafted import Wording, key_of, read_wording
from contract_clauses.rules.obligations_due import Days, has_days, is_lasting, waits_for
from contract_clauses.rules.obligations_steps import Standing
from foundation.database import db

if TYPE_CHECKING:
    from contract_clauses.queries.contracts import ContractSeen


@dataclass(frozen=True)
class DueSeen:
    """One time at which an obligation falls due, as it stands."""

    row: ObligationDue
    today: date

    @property
    def token(self) -> str:
        return self.row.token

    @property
    def due_on(self) -> date | None:
        return self.row.due_on

    @property
    def state(self) -> DueState:
        return self.row.state

    @property
    def standing(self) -> Standing:
        return Standing(self.row.state, self.row.due_on, self.today)


@dataclass(frozen=True)
class ObligationSeen:
    """An obligation in words, with each time it fell or falls due, the first first."""

    row: Obligation
    wording: Wording
    dues: tuple[DueSeen, ...]
    days: Days
    today: date

    @property
    def token(self) -> str:
        return self.row.token

    @property
    def clause_id(self) -> str:
        return self.row.clause_id

    @property
    def place(self) -> str:
        return self.row.place

    @property
    def bound(self) -> Bound:
        return self.row.bound

    @property
    def origin(self) -> Origin:
        return self.row.origin

    @property
    def what(self) -> str:
        return self.wording.what

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.row.sources.get("parts", ()))

    @property
    def risks(self) -> tuple[str, ...]:
        return tuple(self.row.sources.get("risks", ()))

    @property
    def is_ended(self) -> bool:
        return self.row.ended_on is not None and self.row.ended_on <= self.today

    @cached_property
    def current(self) -> DueSeen | None:
        """Return what is to be done next: the first time that is not done; else the last."""
        still = [due for due in self.dues if not due.standing.is_done]
        return still[0] if still else self.dues[-1] if self.dues else None

    @property
    def is_overdue(self) -> bool:
        return not self.is_ended and any(due.standing.is_overdue for due in self.dues)

    @property
    def has_days(self) -> bool:
        """Whether it has a day, or will have one once what it hangs on has happened."""
        return any(due.due_on for due in self.dues) or has_days(self.wording.time)

    @property
    def may_be_shown_any_time(self) -> bool:
        """Whether its supplier may show something though nothing is due, such as a new certificate.

        What comes round is shown at its next time.
        """
        return (
            self.bound is not Bound.COUNCIL
            and not self.is_ended
            and self.row.every_months is None
            and (self.current is None or self.current.standing.is_done)
        )

    @property
    def is_lasting(self) -> bool:
        return is_lasting(self.wording.time)

    @property
    def waits_for(self) -> str:
        current = self.current
        if current is None or current.due_on is not None or current.state is not DueState.OPEN:
            return ""
        return waits_for(self.wording.time, self.days) or "a date to be set"

    @property
    def state_in_words(self) -> str:
        if self.is_ended:
            return "Ended"
        if self.current is None:
            return "Throughout" if self.is_lasting else "When it happens"
        if self.current.due_on is None and self.current.state is DueState.OPEN:
            return f"Waits for {self.waits_for}"
        return self.current.standing.words

    @property
    def key(self) -> tuple[object, ...]:
        return key_of(self.origin, self.clause_id, self.bound, self.wording)


def obligations_of(
    contracts: Sequence[ContractSeen],
) -> Mapping[int, tuple[ObligationSeen, ...]]:
    """Return the obligations of several contracts by id of contract, in two statements."""
    by_id = {seen.contract.id: seen for seen in contracts}
    rows = db.session.scalars(
        select(Obligation)
        .where(Obligation.contract_id.in_(list(by_id)))
        .order_by(Obligation.id)
        .execution_options(populate_existing=True)
    ).all()
    dues = _dues(select(Obligation.id).where(Obligation.contract_id.in_(list(by_id))))
    found: dict[int, list[ObligationSeen]] = {}
    for row in rows:
        seen = by_id[row.contract_id]
        found.setdefault(row.contract_id, []).append(_seen(row, seen, dues.get(row.id, ())))
    return {contract_id: tuple(listed) for contract_id, listed in found.items()}


def with_their_dues(
    seen: ContractSeen, pairs: Iterable[tuple[Obligation, ObligationDue | None]]
) -> tuple[ObligationSeen, ...]:
    """Return the obligations of a contract, of rows that were read with it."""
    rows: dict[int, Obligation] = {}
    dues: dict[int, list[ObligationDue]] = {}
    for row, due in pairs:
        rows[row.id] = row
        dues.setdefault(row.id, []).extend([] if due is None else [due])
    return tuple(_seen(row, seen, dues[row.id]) for row in rows.values())


def _dues(obligation_ids: object) -> Mapping[int, tuple[ObligationDue, ...]]:
    found: dict[int, tuple[ObligationDue, ...]] = {}
    for due in db.session.scalars(
        select(ObligationDue)
        .where(ObligationDue.obligation_id.in_(obligation_ids))  # type: ignore[arg-type]
        .order_by(ObligationDue.obligation_id, ObligationDue.number)
        .execution_options(populate_existing=True)
    ):
        found[due.obligation_id] = (*found.get(due.obligation_id, ()), due)
    return found


def _seen(row: Obligation, seen: ContractSeen, dues: Iterable[ObligationDue]) -> ObligationSeen:
    kept = seals.opened(seals.OBLIGATION, row.token, seen.key, row.sealed_words)
    return ObligationSeen(
        row,
        read_wording(kept),
        tuple(DueSeen(due, seen.today) for due in dues),
        seen.days,
        seen.today,
    )
