"""All contracts of an authority in one look: how each stands, and on whom they rest together.

Made of the contracts the viewer may read, so of those of his own authority alone, without those of
bids he is kept from. The number of statements does not grow with the contracts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import undefer

from accounts.queries import Viewer
from contract_clauses.models import Obligation, ObligationDue, ObligationFile
from contract_clauses.queries.contracts import ContractSeen, contracts_of
from contract_clauses.rules.contracts import State
from contract_clauses.rules.obligations import DueState
from contract_clauses.rules.watching import Shown, not_renewed
from foundation import clock
from foundation.database import db
from records.queries.portfolio_answers import settled_answers
from records.queries.portfolio_risks import risks_of
from records.rules.companies import Company, Named, companies_of, named_in
from records.rules.portfolio import (
    Certificate,
    RisksCounted,
    Runs,
    certificates_of,
    counted,
)
from supplier_portal import seals as bid_seals
from supplier_portal.models import Submission

# What is over has no part in what would be hit today.
OVER = frozenset({State.ENDED})


@dataclass(frozen=True)
class InPortfolio:
    """One contract as it stands. ``readable``: whether what the bid said is still there."""

    seen: ContractSeen
    readable: bool
    certificates: tuple[Certificate, ...]
    named: tuple[Named, ...]
    risks: RisksCounted
    overdue: int
    next_due: date | None

    @property
    def token(self) -> str:
        return self.seen.token

    @property
    def next_review(self) -> date | None:
        return self.risks.review_on


@dataclass(frozen=True)
class SupplierInPortfolio:
    """A supplier with its contracts, the first to end first."""

    token: str
    name: str
    contracts: tuple[InPortfolio, ...]


@dataclass(frozen=True)
class Portfolio:
    """The contracts of one authority that are not over."""

    authority: str
    today: date
    contracts: tuple[InPortfolio, ...]

    @cached_property
    def suppliers(self) -> list[SupplierInPortfolio]:
        by_token: dict[str, list[InPortfolio]] = {}
        for one in self.contracts:
            by_token.setdefault(one.seen.supplier.token, []).append(one)
        found = [
            SupplierInPortfolio(token, listed[0].seen.supplier.name, tuple(listed))
            for token, listed in by_token.items()
        ]
        return sorted(found, key=lambda one: (one.name.casefold(), one.token))

    @property
    def readable(self) -> list[InPortfolio]:
        return [one for one in self.contracts if one.readable]

    @cached_property
    def named(self) -> Mapping[str, tuple[Named, ...]]:
        return {one.token: one.named for one in self.readable}

    @cached_property
    def companies(self) -> list[Company]:
        return companies_of(self.named)

    def company(self, key: str) -> Company:
        """Return one company that contracts rest on. Raises NoResultFound."""
        found = next((one for one in self.companies if one.key == key), None)
        if found is None:
            raise NoResultFound
        return found

    def resting_on(self, company: Company) -> list[InPortfolio]:
        return [one for one in self.contracts if one.token in company.on]

    @property
    def overdue(self) -> int:
        return sum(one.overdue for one in self.contracts)

    @property
    def above(self) -> int:
        return sum(one.risks.above for one in self.contracts)

    def certificates(self, runs: Runs) -> int:
        return sum(
            certificate.runs_on(self.today) is runs
            for one in self.contracts
            for certificate in one.certificates
        )


def portfolio_of(viewer: Viewer) -> Portfolio:
    """Return the portfolio of the viewer's authority, as far as he may read its contracts."""
    today = clock.london(clock.arrived_at()).date()
    listed = [one for one in contracts_of(viewer) if one.state not in OVER]
    ids = [one.contract.id for one in listed]
    answers = answers_of(listed)
    shown, overdue, coming = shown_of(ids), *_due(ids, today)
    risks = risks_of(viewer.organisation_id, [(one.bid.id, one.tender) for one in listed])
    contracts = tuple(
        _in_portfolio(
            one,
            answers.get(one.contract.id),
            shown.get(one.contract.id, []),
            counted(risks.get(one.bid.id, ()), today),
            overdue.get(one.contract.id, 0),
            coming.get(one.contract.id),
        )
        for one in listed
    )
    return Portfolio(viewer.organisation_name, today, contracts)


def answers_of(listed: Sequence[ContractSeen]) -> dict[int, Mapping[str, Any]]:
    """Return the answers that stand under each contract, by its id: those that were handed in,
    with what settled assessments changed. Nothing of a contract whose content was destroyed."""
    readable = [one for one in listed if one.tender.content_destroyed_at is None]
    last = (
        select(Submission.bid_id, func.max(Submission.number).label("number"))
        .where(Submission.bid_id.in_([one.bid.id for one in readable]))
        .group_by(Submission.bid_id)
        .subquery()
    )
    submissions = {
        row.bid_id: row
        for row in db.session.scalars(
            select(Submission)
            .join(last, (last.c.bid_id == Submission.bid_id) & (last.c.number == Submission.number))
            .options(undefer(Submission.sealed))
        )
    }
    settled = settled_answers(readable)
    found: dict[int, Mapping[str, Any]] = {}
    for one in readable:
        submission = submissions.get(one.bid.id)
        if submission is not None:
            content = json.loads(bid_seals.open_submission(one.bid, one.key, submission))
            found[one.contract.id] = settled(one, content["answers"])
    return found


def _in_portfolio(
    seen: ContractSeen,
    answers: Mapping[str, Any] | None,
    shown: list[Shown],
    risks: RisksCounted,
    overdue: int,
    coming: date | None,
) -> InPortfolio:
    if answers is None:
        return InPortfolio(seen, False, (), (), risks, overdue, coming)
    return InPortfolio(
        seen, True, standing_certificates(answers, shown), named_in(answers), risks, overdue, coming
    )


def standing_certificates(
    answers: Mapping[str, Any], shown: Sequence[Shown]
) -> tuple[Certificate, ...]:
    """Return the certificates of answers, the first to run out first; those that a file shown since
    renewed are among them."""
    rows = sorted(certificates_of(answers), key=lambda row: row.certificate.until or date.max)
    left = not_renewed([row.lasts for row in rows if row.lasts is not None], shown)
    return tuple(
        Certificate(
            row.certificate.scheme,
            row.certificate.number,
            row.certificate.until,
            row.lasts is not None and row.lasts not in left,
        )
        for row in rows
    )


def shown_of(ids: Sequence[int]) -> dict[int, list[Shown]]:
    """Return the files that were confirmed under each contract and hold until a day."""
    found: dict[int, list[Shown]] = {}
    for obligation, added_at, valid_to in db.session.execute(
        select(Obligation, ObligationFile.added_at, ObligationFile.valid_to)
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .join(ObligationFile, ObligationFile.due_id == ObligationDue.id)
        .where(
            Obligation.contract_id.in_(ids),
            ObligationDue.state == DueState.CONFIRMED,
            ObligationFile.valid_to.is_not(None),
        )
        .order_by(ObligationFile.id)
    ):
        parts = frozenset(obligation.sources.get("parts", ()))
        if valid_to is not None:
            one = Shown(parts, clock.london(added_at).date(), valid_to)
            found.setdefault(obligation.contract_id, []).append(one)
    return found


def _due(ids: Sequence[int], today: date) -> tuple[dict[int, int], dict[int, date]]:
    """Return how many obligations of each contract are overdue, and the next day one falls due.

    Nothing is unsealed for it: an obligation counts once, however often it was missed.
    """
    waits = (DueState.OPEN, DueState.SENT_BACK)
    overdue: dict[int, set[int]] = {}
    coming: dict[int, date] = {}
    for contract_id, obligation_id, due_on in db.session.execute(
        select(Obligation.contract_id, Obligation.id, func.min(ObligationDue.due_on))
        .join(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            Obligation.contract_id.in_(ids),
            (Obligation.ended_on.is_(None)) | (Obligation.ended_on > today),
            ObligationDue.state.in_(waits),
            ObligationDue.due_on.is_not(None),
        )
        .group_by(Obligation.contract_id, Obligation.id, ObligationDue.due_on < today)
    ):
        if due_on is None:
            continue
        if due_on < today:
            overdue.setdefault(contract_id, set()).add(obligation_id)
        else:
            coming[contract_id] = min(coming.get(contract_id, due_on), due_on)
    return {key: len(found) for key, found in overdue.items()}, coming
