"""What the service watches of itself: opened bids still evaluated, and contracts that run.

Nothing of it may be shown, and no sealed bid is among it: pages ask queries that know who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Organisation
from contract_clauses import seals
from contract_clauses.models import Contract, Obligation, ObligationDue, ObligationFile
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.queries.schedules import FROZEN_AS
from contract_clauses.rules.obligations import DueState
from contract_clauses.rules.obligations_due import RECURRING, Timing
from contract_clauses.rules.watching import (
    LAST_TEST,
    RECOVERY_CLAUSE,
    TEST_MONTHS,
    Lasts,
    Shown,
    certificates_in,
    clauses_that_read,
    months_in_words,
    not_renewed,
    recovery_tests_in,
)
from foundation import clock
from foundation.database import db
from question_bank.rules.kinds.amounts import as_date
from scoring.models import BidResult
from scoring.queries.reopening import causes_of_risks
from scoring.rules.reopening import risks_that_read
from supplier_portal.models import Bid
from supplier_portal.queries.opened import OpenedBid, every_opened_bid, just_opened
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.queries import questionnaire_of
from tenders.rules.lifecycle import Stage
from tenders.rules.questionnaire import Questionnaire

IN_EVALUATION = (Stage.OPENED, Stage.EVALUATING)
DECIDED = (Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED)
# Bids are opened a few at a time, so that a framework of thousands needs no more memory.
AT_A_TIME = 50


@dataclass(frozen=True)
class RestsOn:
    """What of a bid rests on an answer: risks of its register, clauses of its schedule."""

    risks: tuple[str, ...]
    clauses: tuple[str, ...]


def tenders_evaluated() -> list[Tender]:
    """Return the tenders whose bids are opened and not decided on."""
    found = db.session.scalars(
        select(Tender)
        .options(joinedload(Tender.authority, innerjoin=True))
        .where(
            Tender.opened_at.is_not(None),
            Tender.stage.in_(IN_EVALUATION),
            Tender.content_destroyed_at.is_(None),
        )
        .order_by(Tender.id)
    )
    return list(found)


def bids_evaluated(tender: Tender) -> Iterator[OpenedBid]:
    """Yield the opened bids of a tender, a few in memory at a time."""
    ids = list(
        db.session.scalars(
            select(Bid.id)
            .where(Bid.tender_id == tender.id, Bid.stage.in_(READABLE))
            .order_by(Bid.id)
        )
    )
    for start in range(0, len(ids), AT_A_TIME):
        yield from every_opened_bid(tender, only=ids[start : start + AT_A_TIME])


def successful_without_contract() -> list[OpenedBid]:
    """Return the successful bids with which the leading authority has recorded no contract yet."""
    recorded = select(Contract.id).where(
        Contract.bid_id == Bid.id, Contract.authority_id == Tender.authority_id
    )
    found = db.session.scalars(
        select(Bid)
        .join(BidResult, BidResult.bid_id == Bid.id)
        .join(Tender, Tender.id == Bid.tender_id)
        .options(joinedload(Bid.tender, innerjoin=True))
        .where(
            BidResult.successful,
            Tender.stage.in_(DECIDED),
            Tender.content_destroyed_at.is_(None),
            ~recorded.exists(),
        )
        .order_by(Bid.id)
    )
    return [just_opened(bid) for bid in found]


def contracts_that_run(day: date, *, token: str | None = None) -> list[ContractSeen]:
    """Return the contracts that have not ended on a day and whose content is there; or of them
    the one that is asked for."""
    return _contracts(
        day,
        or_(Contract.ended_on.is_(None), Contract.ended_on > day),
        Contract.ends_on >= day,
        true() if token is None else Contract.token == token,
    )


def contracts_to_measure(day: date) -> list[ContractSeen]:
    """Return every contract whose content is there: what is measured at its end is still due when
    it has ended."""
    return _contracts(day)


def _contracts(day: date, *which: ColumnElement[bool]) -> list[ContractSeen]:
    authority, supplier = aliased(Organisation), aliased(Organisation)
    rows = db.session.execute(
        select(Contract, Tender, Bid, supplier, authority)
        .join(Tender, Tender.id == Contract.tender_id)
        .join(Bid, Bid.id == Contract.bid_id)
        .join(supplier, supplier.id == Contract.supplier_id)
        .join(authority, authority.id == Contract.authority_id)
        .options(
            joinedload(Bid.tender, innerjoin=True),
            joinedload(Bid.supplier, innerjoin=True),
        )
        .where(Tender.content_destroyed_at.is_(None), *which)
        .order_by(Contract.id)
    )
    return [ContractSeen(*row, is_supplier=False, today=day) for row in rows]


@dataclass(frozen=True)
class WatchedContract:
    """A contract with what it rests on; opened as it is asked for."""

    seen: ContractSeen

    @cached_property
    def opened(self) -> OpenedBid:
        return just_opened(self.seen.bid)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return questionnaire_of(self.seen.tender)

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """Return the answers as they stand: of the bid, with those of settled assessments."""
        return Rounds(self.seen).standing()

    @cached_property
    def certificates(self) -> list[Lasts]:
        """Return the certificates of the bid that nothing shown since renewed."""
        found = certificates_in(self.questionnaire.parts, self.answers)
        return not_renewed(found, self.confirmed)

    @cached_property
    def recovery_tests(self) -> list[Lasts]:
        """Return until when recovery was tested recently enough; none where C14 is not in."""
        schedule = self.seen.schedule
        clause = schedule.clause(RECOVERY_CLAUSE) if schedule else None
        if clause is None:
            return []
        words = next((one.words for one in clause.variables if one.name == TEST_MONTHS), "")
        return recovery_tests_in(
            self.questionnaire.parts, self.answers, months_in_words(words), self.tested_on
        )

    @cached_property
    def files(self) -> list[tuple[Obligation, ObligationDue, ObligationFile]]:
        """Return what was shown under the contract, the first first. One statement."""
        rows = db.session.execute(
            select(Obligation, ObligationDue, ObligationFile)
            .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
            .join(ObligationFile, ObligationFile.due_id == ObligationDue.id)
            .where(Obligation.contract_id == self.seen.contract.id)
            .order_by(ObligationFile.id)
        )
        return [(obligation, due, file) for obligation, due, file in rows]

    @property
    def confirmed(self) -> list[Shown]:
        return [
            Shown(
                frozenset(obligation.sources.get("parts", ())),
                clock.london(file.added_at).date(),
                file.valid_to,
            )
            for obligation, due, file in self.files
            if due.state is DueState.CONFIRMED and file.valid_to is not None
        ]

    @property
    def lasting_files(self) -> list[tuple[Obligation, ObligationFile]]:
        """Return of each obligation the file that holds longest, if all of them run out."""
        last: dict[int, tuple[Obligation, ObligationFile]] = {}
        for obligation, _due, file in self.files:
            known = last.get(obligation.id)
            if file.valid_to is None or obligation.ended_on is not None:
                continue
            if known is None or (known[1].valid_to or file.valid_to) <= file.valid_to:
                last[obligation.id] = (obligation, file)
        return list(last.values())

    @cached_property
    def tested_on(self) -> date | None:
        """Return the day of the last recovery test that was shown and confirmed."""
        tests = {
            one.row.id
            for one in self.seen.obligations
            if one.clause_id == RECOVERY_CLAUSE
            and one.wording.time.timing in (*RECURRING, Timing.BEFORE)
        }
        days = [
            self._issued(file) or clock.london(file.added_at).date()
            for obligation, due, file in self.files
            if obligation.id in tests and due.state is DueState.CONFIRMED
        ]
        return max(days, default=None)

    def _issued(self, file: ObligationFile) -> date | None:
        about = seals.opened(seals.FILE, file.token, self.seen.key, file.sealed_about)
        return as_date(about.get("issued"))

    @property
    def handed_in(self) -> date:
        return clock.london(self.opened.arrived_at).date()

    @property
    def runs_until(self) -> date:
        """Return the last day of the contract: what holds so long need not be renewed for it."""
        return self.seen.contract.ended_on or self.seen.contract.ends_on

    @cached_property
    def rests(self) -> Rests:
        return Rests(self.seen.bid.id, self.questionnaire)

    def risks_behind(self, parts: Iterable[str], named: Iterable[str]) -> tuple[str, ...]:
        """Return the risks of the register that rest on answers, or are named."""
        return self.rests.risks(parts, named)

    @cached_property
    def clauses(self) -> frozenset[str]:
        schedule = self.seen.schedule
        return frozenset(clause.id for clause in schedule.clauses) if schedule else frozenset()

    def rests_on(self, part: str) -> RestsOn:
        found = self.rests.on(part)
        kept = tuple(one for one in found.clauses if one in self.clauses)
        return RestsOn(found.risks, kept if self.clauses else found.clauses)


@dataclass(frozen=True)
class Rests:
    """What of one bid rests on its answers; its register is read once."""

    bid_id: int
    questionnaire: Questionnaire

    @cached_property
    def _causes(self) -> list[tuple[str, frozenset[str]]]:
        return causes_of_risks(self.bid_id)

    def risks(self, parts: Iterable[str], named: Iterable[str]) -> tuple[str, ...]:
        return tuple(risks_that_read(self._causes, parts, named))

    def on(self, part: str) -> RestsOn:
        """Return what rests on what one of the answers names and that runs out."""
        clauses: Sequence[Mapping[str, Any]] = ()
        libraries = self.questionnaire.libraries
        if FROZEN_AS in libraries:
            clauses = libraries[FROZEN_AS]["clauses"]
        asked = self.questionnaire.question(part.partition(".")[0])
        main = [asked.question.main_risk] if asked is not None else []
        parts = self.questionnaire.parts
        table = parts[part].schema if part in parts else None
        tests = table is not None and any(column.id == LAST_TEST for column in table.columns)
        reads = (
            clauses_that_read(clauses, part, frozenset({LAST_TEST}))
            if tests
            else clauses_that_read(clauses, part)
        )
        return RestsOn(self.risks([part], main), tuple(reads))
