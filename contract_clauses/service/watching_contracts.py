"""Watching what contracts rest on, and what falls due under them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from contract_clauses.models import Obligation, ObligationDue
from contract_clauses.queries.contracts import days_of
from contract_clauses.queries.watching import RestsOn, WatchedContract, contracts_that_run
from contract_clauses.rules.obligations import Bound, DueState
from contract_clauses.rules.watching import AHEAD, Lasts
from contract_clauses.service.contracts import locked
from contract_clauses.service.obligations_made import bring_round, kept_of
from contract_clauses.service.watching_rounds import RanOut, Reopened, Round
from contract_clauses.tasks import CERTIFICATE, DUE, OVERDUE, RECOVERY_TEST, SHOWN_FILE
from foundation.database import db, transaction
from scoring.models import Reopening, ReopeningSettled
from scoring.rules.reopening import Rule
from scoring.service.reopening import settle_each
from tenders.rules.tasks import FALLS_DUE
from tenders.service.tasks import Wanted, keep_tasks

KINDS = (CERTIFICATE, SHOWN_FILE, RECOVERY_TEST, DUE, OVERDUE)
RULES = (Rule.CERTIFICATE, Rule.SHOWN_FILE, Rule.RECOVERY_TEST, Rule.OBLIGATION)
SOON = timedelta(days=max(FALLS_DUE))
NOT_SHOWN = (DueState.OPEN, DueState.SENT_BACK)
GONE = "What it waited for has happened, or the contract no longer runs."
RENEWED = (
    "Something newer was shown under the contract and confirmed, or given in an assessment that "
    "was settled, or what was due is done."
)


def watch_contracts(_first: date, last: date) -> None:
    """Notice what runs out or falls due under contracts that run, and bring round what recurs."""
    found = Round()
    contracts = contracts_that_run(last)
    found.look_at(contracts, lambda seen: _look_at(WatchedContract(seen), last, found))
    if found.failed is None:
        keep_tasks(KINDS, found.wanted, GONE)
    else:
        # What could not be looked at may still be wanted, so nothing ends today.
        keep_tasks([], found.wanted, "")
    found.end()


def look_at_contract(watched: WatchedContract, day: date) -> None:
    """Bring the tasks of one contract up to what was just done under it."""
    found = Round()
    _look_at(watched, day, found)
    keep_tasks(KINDS, found.wanted, GONE, about=f"{watched.seen.token}:")


def _look_at(watched: WatchedContract, day: date, found: Round) -> None:
    seen = watched.seen
    with transaction():
        contract = locked(seen.contract)
        bring_round(kept_of(contract, seen.key), days_of(contract), day)
    look = _Look(watched, day, found)
    for rule, kind, lasting in (
        (Rule.CERTIFICATE, CERTIFICATE, watched.certificates),
        (Rule.RECOVERY_TEST, RECOVERY_TEST, watched.recovery_tests),
    ):
        for one in lasting:
            look.lasts(rule, kind, one)
    for obligation, file in watched.lasting_files:
        if file.valid_to is not None:
            look.file(obligation, file.token, file.valid_to)
    for obligation, due in _dues(watched):
        look.due(obligation, due)
    look.again.open()
    _settle_renewed(watched, look.causes)


@dataclass
class _Look:
    """One contract looked at on a day. ``causes``: what stands as a cause today."""

    watched: WatchedContract
    day: date
    found: Round

    def __post_init__(self) -> None:
        self.causes: set[tuple[str, str]] = set()
        # Obligations with a task: of several rounds that were missed the first is to be shown, and
        # the pages of the contract count the obligation once.
        self.told: set[int] = set()
        self.bid_id = self.watched.seen.bid.id
        self.contract = self.watched.seen.contract
        self.again = Reopened(self.bid_id, self.contract.authority_id)

    def lasts(self, rule: Rule, kind: str, one: Lasts) -> None:
        handed_in = self.watched.handed_in
        if rule is Rule.CERTIFICATE and one.until < handed_in:
            # What had run out when the bid came was judged with it.
            return
        if one.until >= self.watched.runs_until:
            return
        self._stands(rule, one.cause)
        if one.until - self.day <= AHEAD:
            self._want(kind, one.name, one.until, both=True, named=one.name)
        if one.until < self.day:
            ran_out = RanOut(rule, one.cause, one.until)
            self.again.add(ran_out, [one.part], self.watched.rests_on(one.part))

    def file(self, obligation: Obligation, token: str, until: date) -> None:
        if until >= self.watched.runs_until:
            return
        cause = f"{token}:{until.isoformat()}"
        self._stands(Rule.SHOWN_FILE, cause)
        if until - self.day <= AHEAD:
            self._want(SHOWN_FILE, token, until, both=True, obligation=obligation.token)
        if until < self.day:
            self._reopen_behind(obligation, RanOut(Rule.SHOWN_FILE, cause, until))

    def due(self, obligation: Obligation, due: ObligationDue) -> None:
        if due.due_on is None:
            return
        cause = f"{due.token}:{due.due_on.isoformat()}"
        if due.state is DueState.SHOWN:
            # Shown late and not confirmed yet: what was reopened stays so until it is.
            self._stands(Rule.OBLIGATION, cause)
        if due.state not in NOT_SHOWN or due.due_on - self.day > SOON:
            return
        if obligation.id not in self.told:
            self.told.add(obligation.id)
            self._tell_of_due(obligation, due, due.due_on)
        if obligation.bound is not Bound.COUNCIL and due.due_on < self.day:
            self._stands(Rule.OBLIGATION, cause)
            self._reopen_behind(obligation, RanOut(Rule.OBLIGATION, cause, due.due_on))

    def _tell_of_due(self, obligation: Obligation, due: ObligationDue, day: date) -> None:
        named, whose = {"obligation": obligation.token}, obligation.bound
        # What was sent back is to be done again, though the first task ended when it was shown.
        name = f"{due.token}:back" if due.state is DueState.SENT_BACK else due.token
        if whose is not Bound.COUNCIL:
            self._want_of(self.contract.supplier_id, DUE, name, day, **named)
        if whose is not Bound.SUPPLIER:
            self._want_of(self.contract.authority_id, DUE, name, day, **named)
        if whose is not Bound.COUNCIL and day < self.day:
            self._want_of(self.contract.authority_id, OVERDUE, due.token, day, **named)

    def _reopen_behind(self, obligation: Obligation, ran_out: RanOut) -> None:
        """Reopen the clause an obligation stands in, and the answers and risks behind it."""
        parts = obligation.sources.get("parts", ())
        risks = self.watched.risks_behind(parts, obligation.sources.get("risks", ()))
        clauses = (obligation.clause_id,) if obligation.clause_id else ()
        self.again.add(ran_out, parts, RestsOn(risks, clauses))

    def _stands(self, rule: Rule, cause: str) -> None:
        self.causes.add((rule, cause))

    def _want(self, kind: str, name: str, day: date, *, both: bool, **named: str) -> None:
        self._want_of(self.contract.authority_id, kind, name, day, **named)
        if both:
            self._want_of(self.contract.supplier_id, kind, name, day, **named)

    def _want_of(self, whose: int, kind: str, name: str, day: date, **named: str) -> None:
        details: dict[str, Any] = {
            "bid": self.bid_id,
            "contract": self.contract.token,
            **named,
        }
        if self.contract.manager_id is not None:
            details["to"] = self.contract.manager_id
        subject = f"{self.contract.token}:{name}"
        self.found.wanted.append(
            Wanted(whose, self.contract.tender_id, kind, subject, day, details)
        )


def _dues(watched: WatchedContract) -> Iterable[tuple[Obligation, ObligationDue]]:
    rows = db.session.execute(
        select(Obligation, ObligationDue)
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            Obligation.contract_id == watched.seen.contract.id,
            Obligation.ended_on.is_(None),
            ObligationDue.due_on.is_not(None),
        )
        .order_by(ObligationDue.due_on, ObligationDue.id)
        .execution_options(populate_existing=True)
    )
    return [(obligation, due) for obligation, due in rows]


def _settle_renewed(watched: WatchedContract, causes: Collection[tuple[str, str]]) -> None:
    """Settle what was reopened for something that is no longer so."""
    contract = watched.seen.contract
    still = db.session.scalars(
        select(Reopening)
        .outerjoin(ReopeningSettled, ReopeningSettled.reopening_id == Reopening.id)
        .where(
            Reopening.bid_id == contract.bid_id,
            Reopening.authority_id == contract.authority_id,
            Reopening.rule.in_(RULES),
            ReopeningSettled.id.is_(None),
        )
        .order_by(Reopening.id)
    ).all()
    gone = [one for one in still if (one.rule, one.cause) not in causes]
    settle_each(gone, RENEWED, by=None)
