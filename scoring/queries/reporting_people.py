"""The part of a recommendation report on people and on requirements: who declared and decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from accounts.models import Person
from foundation.clock import show_moment
from foundation.database import db
from scoring.models import InterestDecision, InterestDeclaration, MarkLock
from scoring.queries.deciding import Deciding
from scoring.queries.exclusions import checks_of, checks_required
from tenders.models import Tender

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Block:
    """A piece of a chapter: sentences, or a table whose first row are its headings."""

    words: Sequence[str] = ()
    rows: Rows = ()


def people(tender: Tender) -> Iterator[Block]:
    locks = db.session.execute(
        select(Person.name, func.max(MarkLock.locked_at))
        .join(Person, Person.id == MarkLock.person_id)
        .where(MarkLock.tender_id == tender.id)
        .group_by(Person.id, Person.name)
        .order_by(Person.name)
    )
    rows = [["Evaluator", "Marks locked"]]
    rows += [[name, show_moment(moment)] for name, moment in locks]
    if len(rows) > 1:
        yield Block(rows=rows)
    declared = db.session.execute(
        select(Person.name, InterestDeclaration.declared_at, InterestDeclaration.has_interest)
        .join(Person, Person.id == InterestDeclaration.person_id)
        .where(InterestDeclaration.tender_id == tender.id, InterestDeclaration.bidders_known)
        .order_by(Person.name, InterestDeclaration.number)
    )
    rows = [["Declared with the bidders in view", "When", "Interest"]]
    rows += [[name, show_moment(at), "Yes" if has else "None"] for name, at, has in declared]
    if len(rows) > 1:
        yield Block(rows=rows)
    decided = db.session.execute(
        select(Person.name, InterestDecision.barred, InterestDecision.reason)
        .join(Person, Person.id == InterestDecision.person_id)
        .where(InterestDecision.tender_id == tender.id)
        .order_by(Person.name, InterestDecision.number)
    )
    rows = [["Decision on an interest of", "Decision", "Reason"]]
    rows += [
        [name, "Kept away" if barred else "Works on", reason] for name, barred, reason in decided
    ]
    yield Block(rows=rows) if len(rows) > 1 else Block(["No interest needed a decision."])


def compliance(now: Deciding) -> Iterator[Block]:
    rows = [["Bid", "Requirement", "Decision", "Decided by", "Reason"]]
    rows += [
        [
            bid.name,
            question_id,
            "Passed" if entry.passed else "Failed",
            entry.decided_by.name,
            entry.reason,
        ]
        for bid in now.bids
        for question_id, entry in sorted(bid.decisions.items())
    ]
    yield Block(rows=rows) if len(rows) > 1 else Block(["No requirement needed a decision."])
    yield from _disregarded(now)


def _disregarded(now: Deciding) -> Iterator[Block]:
    """Say whose tender is disregarded, each on its own ground, and how far the checks are."""
    excluded = [bid.name for bid in now.bids if bid.is_disregarded and not bid.is_too_low]
    if excluded:
        yield Block([f"Disregarded because of a ground to exclude: {', '.join(excluded)}."])
    too_low = [bid.name for bid in now.bids if bid.is_too_low]
    if too_low:
        yield Block([f"Disregarded because of an abnormally low price: {', '.join(too_low)}."])
    if checks_required(now.tender):
        checks = checks_of(now.tender)
        none = "" if excluded else " No tender is disregarded because of one."
        yield Block(
            [
                f"{checks.parties - checks.unsettled} of {checks.parties} checks for grounds to "
                f"exclude are finished.{none}"
            ]
        )
