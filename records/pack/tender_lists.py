"""Lists of what was decided and done about a tender apart from bids."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from accounts.models import Organisation, Person
from foundation.database import db
from foundation.outages import Outage
from records.models import Retention, Withheld
from records.pack.items import Section, fields, section
from records.pack.named import with_names
from scoring.queries.trying import kept_tests
from tenders.clarified import published_in
from tenders.models import (
    Amendment,
    Approval,
    Clarification,
    Notice,
    OpeningPart,
    ParticipatingAuthority,
    SupplierInvited,
    Tender,
)
from tenders.rules.clarifications import ClarificationState


def amendments_of(tender: Tender) -> Sequence[Amendment]:
    return db.session.scalars(
        select(Amendment).where(Amendment.tender_id == tender.id).order_by(Amendment.number)
    ).all()


def approvals(tender: Tender) -> list[Section]:
    asked, decided = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(Approval, asked.name, decided.name)
        .join(asked, asked.id == Approval.asked_by_id)
        .outerjoin(decided, decided.id == Approval.decided_by_id)
        .where(Approval.tender_id == tender.id)
        .order_by(Approval.id)
    )
    return [
        section(
            one.token,
            f"{one.kind}: {one.state}",
            fields(
                about=one.about,
                note=one.note,
                asked_at=one.asked_at,
                asked_by=first,
                decided_at=one.decided_at,
                decided_by=second,
                reason=one.reason,
                lapses_at=one.lapses_at,
            ),
        )
        for one, first, second in rows
    ]


def model_tests(tender: Tender) -> list[Section]:
    """Return what was tried of the scoring model before publication, with what came of it."""
    return [
        section(
            f"trial-{one.number}",
            f"Trial {one.number}",
            fields(
                saved_at=one.saved_at,
                saved_by=one.saved_by,
                concluded=one.note,
                sha256=one.sha256,
                tried=one.tried,
                found=one.found,
            ),
        )
        for one in reversed(kept_tests(tender))
    ]


def notices(tender: Tender) -> list[Section]:
    rows = with_names(Notice, Notice.recorded_by_id, Notice.tender_id == tender.id)
    return [
        section(
            one.token,
            f"{one.kind} {one.number}",
            fields(
                published_on=one.published_on,
                ocid=one.ocid,
                address=one.address,
                amendment=one.amendment,
                recorded_at=one.recorded_at,
                recorded_by=name,
                struck_at=one.struck_at,
                struck_because=one.struck_because,
            ),
        )
        for one, name in rows
    ]


def amendments(tender: Tender) -> list[Section]:
    return [
        section(
            f"amendment-{one.number}",
            f"Amendment {one.number}",
            fields(
                reason=one.reason,
                published_at=one.published_at,
                closed_before=one.closed_before,
                closes_after=one.closes_after,
                questionnaire_before=one.sha256_before,
                questionnaire_after=one.sha256_after,
                affected_parts=one.affected_parts,
            ),
        )
        for one in amendments_of(tender)
    ]


def clarifications(tender: Tender) -> list[Section]:
    """Return what was published, and what was answered to the asker alone; nobody's name."""
    published = [
        section(
            f"answer-{one.number}",
            f"Question {one.number}",
            fields(
                question=one.question_id,
                asked=one.text,
                answered=one.answer,
                published_at=one.published_at,
            ),
        )
        for one in reversed(published_in(tender))
    ]
    rows = db.session.execute(
        select(
            Clarification.token,
            Clarification.state,
            Clarification.question_id,
            Clarification.text,
            Clarification.declined_because,
        )
        .where(
            Clarification.tender_id == tender.id,
            Clarification.state.not_in(
                (ClarificationState.PUBLISHED, ClarificationState.WITHDRAWN)
            ),
        )
        .order_by(Clarification.asked_at, Clarification.id)
    )
    return published + [
        section(
            token,
            f"Not published: {state}",
            fields(question=question, asked=text, declined_because=because),
        )
        for token, state, question, text, because in rows
    ]


def invited(tender: Tender) -> list[Section]:
    rows = db.session.scalars(
        select(SupplierInvited)
        .where(SupplierInvited.tender_id == tender.id)
        .order_by(SupplierInvited.email)
    )
    return [
        section(
            "list",
            "Addresses",
            [fields(email=o.email, company=o.company, invited_at=o.invited_at) for o in rows],
        )
    ]


def participating(tender: Tender) -> list[Section]:
    rows = db.session.execute(
        select(ParticipatingAuthority, Organisation.name)
        .join(Organisation, Organisation.id == ParticipatingAuthority.organisation_id)
        .where(ParticipatingAuthority.tender_id == tender.id)
        .order_by(ParticipatingAuthority.id)
    )
    return [
        section(
            one.token,
            name,
            fields(asked_at=one.asked_at, agreed_at=one.agreed_at, left_at=one.left_at),
        )
        for one, name in rows
    ]


def outages(tender: Tender) -> list[Section]:
    """Return the gaps between publication and closing; whom they met stands with the bids."""
    if tender.published_at is None or tender.closes_at is None:
        return []
    rows = db.session.scalars(
        select(Outage)
        .where(Outage.ended_at > tender.published_at, Outage.began_at < tender.closes_at)
        .order_by(Outage.id)
    )
    found = [fields(began_at=one.began_at, ended_at=one.ended_at) for one in rows]
    return [section("gaps", "Gaps while the tender was open", found)]


def opening_parts(tender: Tender) -> list[Section]:
    of_tender = OpeningPart.tender_id == tender.id
    rows = with_names(OpeningPart, OpeningPart.person_id, of_tender, order=OpeningPart.number)
    return [
        section(f"part-{one.number}", name, fields(number=one.number, taken_at=one.taken_at))
        for one, name in rows
    ]


def retention(tender: Tender) -> list[Section]:
    rows = with_names(Retention, Retention.recorded_by_id, Retention.tender_id == tender.id)
    return [
        section(
            f"entry-{number}",
            f"Kept until {one.keep_until.isoformat()}",
            fields(
                reason=one.reason,
                counted_from=one.counted_from,
                recorded_at=one.recorded_at,
                recorded_by=name,
                destroyed_at=one.destroyed_at,
            ),
        )
        for number, (one, name) in enumerate(rows, 1)
    ]


def withheld(tender: Tender) -> list[Section]:
    rows = with_names(Withheld, Withheld.decided_by_id, Withheld.tender_id == tender.id)
    return [
        section(
            f"entry-{number}",
            one.item,
            fields(
                exemption=one.exemption,
                reason=one.reason,
                decided_at=one.decided_at,
                decided_by=name,
                lifted_at=one.lifted_at,
                lifted_because=one.lifted_because,
            ),
        )
        for number, (one, name) in enumerate(rows, 1)
    ]
