"""How a panel came to its marks: who was to mark what, marks given alone, locks, agreed marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from accounts.models import Person
from foundation.database import db
from records.pack.items import Section, fields, section
from scoring.models import AgreedMark, AllocationEvent, Mark, MarkLock, QualityAgreed
from scoring.queries.evaluators import locks_of
from scoring.queries.ranked import EVALUATED_AT
from supplier_portal.models import Bid
from tenders.models import Tender


def given_alone(bid: Bid) -> list[Section]:
    """Return every version of every evaluator's mark; until the evaluation is over those that are
    not locked without mark and words."""
    told = _told(bid)
    return [
        section(
            place,
            f"{mark.question_id}, {name}, version {mark.number}",
            fields(not_locked_yet=True, given_by=name, given_at=mark.saved_at)
            if not told(mark)
            else fields(
                mark=mark.mark,
                suggested=mark.suggested,
                reason=mark.reason,
                feedback=mark.feedback,
                points=_points(mark.points),
                cites=mark.cites or None,
                seemed_odd=mark.warned or None,
                given_by=name,
                given_at=mark.saved_at,
            ),
        )
        for place, mark, name in _marks(bid)
    ]


def agreed(bid: Bid) -> list[Section]:
    """Return every mark the panel agreed: what was on the table, who was there, why."""
    told = _told(bid)
    made = {mark.id: f"{name}: {mark.mark}" for _, mark, name in _marks(bid) if told(mark)}
    rows = db.session.execute(
        select(AgreedMark, Person.name)
        .join(Person, Person.id == AgreedMark.signed_by_id)
        .where(AgreedMark.bid_id == bid.id)
        .order_by(AgreedMark.id)
    ).all()
    names = _names({token for one, _ in rows for token in one.present})
    return [
        section(
            f"{one.question_id}-{one.number}",
            f"{one.question_id}, agreed, number {one.number}",
            fields(
                mark=one.mark,
                taken_up_again_because=one.reopened_because,
                on_the_table=[made[mark] for mark in one.considered if mark in made] or None,
                were_there=[names[token] for token in one.present if token in names] or None,
                points=_points(one.points),
                reason=one.reason,
                why_it_moved=one.why_moved,
                why_not_higher=one.why_not_higher,
                feedback=one.feedback,
                seemed_odd=one.warned or None,
                signed_by=name,
                signed_at=one.signed_at,
            ),
        )
        for one, name in rows
    ]


def comments(bid: Bid) -> list[Section]:
    """Return what stays inside, of evaluators and of the panel."""
    told = _told(bid)
    alone = [
        Section(place, f"{mark.question_id}, {name}", mark.internal_comment)
        for place, mark, name in _marks(bid)
        if mark.internal_comment and told(mark)
    ]
    panel = [
        Section(
            f"{one.question_id}-agreed-{one.number}",
            f"{one.question_id}, the panel",
            one.internal_comment,
        )
        for one in db.session.scalars(
            select(AgreedMark).where(AgreedMark.bid_id == bid.id).order_by(AgreedMark.id)
        )
        if one.internal_comment
    ]
    return alone + panel


def allocation(tender: Tender) -> list[Section]:
    """Return who was given what, declined it, or had it taken away, as it happened."""
    person, by = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(AllocationEvent, person.name, by.name, Bid.token)
        .join(person, person.id == AllocationEvent.person_id)
        .join(by, by.id == AllocationEvent.by_id)
        .outerjoin(Bid, Bid.id == AllocationEvent.bid_id)
        .where(AllocationEvent.tender_id == tender.id)
        .order_by(AllocationEvent.id)
    )
    return [
        section(
            f"step-{number}",
            f"{one.question_id} {one.kind}: {name}",
            fields(
                in_bid=token,
                ground=one.ground,
                reason=one.reason,
                by=by_name,
                at=one.at,
            ),
        )
        for number, (one, name, by_name, token) in enumerate(rows, 1)
    ]


def locks(tender: Tender) -> list[Section]:
    rows = db.session.execute(
        select(MarkLock, Person.name)
        .join(Person, Person.id == MarkLock.person_id)
        .where(MarkLock.tender_id == tender.id)
        .order_by(MarkLock.id)
    )
    return [
        section(
            f"lock-{number}",
            f"{name}, lock {one.number}",
            fields(marks=one.marks, sha256=one.sha256, locked_at=one.locked_at),
        )
        for number, (one, name) in enumerate(rows, 1)
    ]


def quality(tender: Tender) -> list[Section]:
    rows = db.session.execute(
        select(QualityAgreed, Person.name)
        .join(Person, Person.id == QualityAgreed.agreed_by_id)
        .where(QualityAgreed.tender_id == tender.id)
        .order_by(QualityAgreed.number)
    )
    return [
        section(
            f"quality-{one.number}",
            f"Quality agreed, number {one.number}",
            fields(sha256=one.sha256, agreed_by=name, agreed_at=one.agreed_at),
        )
        for one, name in rows
    ]


def _marks(bid: Bid) -> list[tuple[str, Mark, str]]:
    """Return place, mark and evaluator. Whoever marked a question first has the places that were
    there before others marked it: what was withheld under them stays withheld."""
    rows = db.session.execute(
        select(Mark, Person.name)
        .join(Person, Person.id == Mark.evaluator_id)
        .where(Mark.bid_id == bid.id)
        .order_by(Mark.id)
    )
    order: dict[str, list[int]] = {}
    found = []
    for mark, name in rows:
        people = order.setdefault(mark.question_id, [])
        if mark.evaluator_id not in people:
            people.append(mark.evaluator_id)
        which = people.index(mark.evaluator_id)
        other = f"-evaluator-{which + 1}" if which else ""
        found.append((f"{mark.question_id}{other}-{mark.number}", mark, name))
    return found


def _told(bid: Bid) -> Callable[[Mark], bool]:
    """Return what says whether a mark is told: while bids are evaluated only once it is locked."""
    if bid.tender.stage not in EVALUATED_AT:
        return lambda _mark: True
    locked = locks_of(bid.tender_id)
    return lambda mark: mark.id <= locked.get(mark.evaluator_id, 0)


def _points(points: Mapping[str, bool]) -> list[str] | None:
    return [f"{key}: {'met' if is_met else 'not met'}" for key, is_met in points.items()] or None


def _names(tokens: set[str]) -> dict[str, Any]:
    rows = db.session.execute(select(Person.token, Person.name).where(Person.token.in_(tokens)))
    return dict(rows.all())
