"""What a supplier reads: its own bids, at any time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, undefer

from accounts.models import Person
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from foundation import clock
from foundation.chunks import ChunkReader
from foundation.database import db
from question_bank.rules.questions import Part
from supplier_portal import seals
from supplier_portal.models import Answer, AnswerVersion, Bid, Submission
from supplier_portal.queries import evidence
from supplier_portal.queries.amendments import Overtaken, overtaken
from supplier_portal.queries.evidence import EvidenceFile
from supplier_portal.rules.receipt import Receipt, files_in
from supplier_portal.rules.submission import Window
from tenders.models import Tender


@dataclass(frozen=True)
class SavedAnswer:
    """An answer as it stands; ``value`` is None where it was taken back."""

    value: Any
    version: int
    author: str
    saved_at: datetime


def with_tender() -> Select[Bid]:
    return select(Bid).options(
        joinedload(Bid.tender, innerjoin=True).joinedload(Tender.authority, innerjoin=True),
        joinedload(Bid.supplier, innerjoin=True),
    )


@cache
def _my_bid() -> Select[Bid]:
    """Return what is asked at every page and every save, put together once."""
    return (
        with_tender()
        .join(Tender, Tender.id == Bid.tender_id)
        .where(
            or_(Bid.token == bindparam("token"), Tender.token == bindparam("token")),
            Bid.supplier_id == bindparam("organisation"),
        )
    )


_ANSWERS = (
    select(Answer.part_id, Answer.version, Answer.sealed, Answer.saved_at, Person.name)
    .join(Person, Person.id == Answer.author_id)
    .where(Answer.bid_id == bindparam("bid"))
)


_ANSWERS_TO = _ANSWERS.where(Answer.part_id.in_(bindparam("parts", expanding=True)))


def my_bid(viewer: Viewer, token: str, *, to: Permission = Permission.BID_READ) -> Bid:
    """Return the bid of the viewer's company, its tender loaded with it.

    ``token`` is that of the bid or of the tender it answers: a supplier has one bid for a tender.
    Raises NoResultFound (a 404), also where a role held for this tender does not allow ``to``.
    """
    bid = db.session.scalars(
        _my_bid(), {"token": token, "organisation": viewer.organisation_id}
    ).one()
    if viewer.kind is not OrganisationKind.SUPPLIER or not viewer.may(to, tender_id=bid.tender_id):
        raise NoResultFound
    return bid


def my_bids(viewer: Viewer) -> list[Bid]:
    """Return the company's bids that the viewer may read, the newest first."""
    found = db.session.scalars(
        with_tender().where(Bid.supplier_id == viewer.organisation_id).order_by(Bid.id.desc())
    )
    return [bid for bid in found if viewer.may(Permission.BID_READ, tender_id=bid.tender_id)]


def saved_answers(bid: Bid, parts: Collection[Part] | None = None) -> dict[str, SavedAnswer]:
    """Return the supplier's answers as they stand, by part, with who saved them and when; those to
    ``parts`` alone where they are given."""
    if parts is None:
        rows = db.session.execute(_ANSWERS, {"bid": bid.id})
    else:
        rows = db.session.execute(
            _ANSWERS_TO, {"bid": bid.id, "parts": [part.id for part in parts]}
        )
    key = seals.supplier_key(bid)
    return {
        part_id: SavedAnswer(
            seals.open_answer(bid, key, part_id, version, sealed), version, author, saved_at
        )
        for part_id, version, sealed, saved_at, author in rows
    }


def versions_of(bid: Bid, part_id: str) -> list[SavedAnswer]:
    """Return every version the answer to one part ever had, the last first."""
    rows = db.session.execute(
        select(AnswerVersion.version, AnswerVersion.sealed, AnswerVersion.saved_at, Person.name)
        .join(Person, Person.id == AnswerVersion.author_id)
        .where(AnswerVersion.bid_id == bid.id, AnswerVersion.part_id == part_id)
        .order_by(AnswerVersion.version.desc())
    )
    key = seals.supplier_key(bid)
    return [
        SavedAnswer(
            seals.open_answer(bid, key, part_id, version, sealed), version, author, saved_at
        )
        for version, sealed, saved_at, author in rows
    ]


def values_of(saved: Mapping[str, SavedAnswer]) -> dict[str, Any]:
    """Return the stored values alone; what was taken back is left out."""
    return {part_id: answer.value for part_id, answer in saved.items() if answer.value is not None}


def answers_of(bid: Bid) -> dict[str, Any]:
    """Return the supplier's answers as they stand, by part; one that is none any more, because its
    question was amended, is left out. For the supplier's own pages only: what the buying side may
    read is what was handed in (``opened_bids``)."""
    saved = saved_answers(bid)
    return standing_values(saved, overtaken(bid, saved))


def standing_values(
    saved: Mapping[str, SavedAnswer], overtaken: Mapping[str, Overtaken]
) -> dict[str, Any]:
    """Return the stored values without those that no longer fit what is asked."""
    return {
        part_id: value
        for part_id, value in values_of(saved).items()
        if part_id not in overtaken or overtaken[part_id].fits
    }


def shown_in_forms(
    saved: Mapping[str, SavedAnswer], overtaken: Mapping[str, Overtaken]
) -> dict[str, SavedAnswer]:
    """Return the answers as forms show them: of one that no longer fits, what can be mended."""
    return {
        part_id: answer
        if part_id not in overtaken or overtaken[part_id].fits
        else replace(answer, value=overtaken[part_id].for_a_form)
        for part_id, answer in saved.items()
    }


def evidence_of(bid: Bid) -> dict[str, EvidenceFile]:
    """Return the files of the supplier's bid by token, the first added first."""
    return evidence.described(evidence.evidence_rows([bid.id]), seals.supplier_key(bid))


_SUBMISSIONS = (
    select(Submission)
    .where(Submission.bid_id.in_(bindparam("bids", expanding=True)))
    .order_by(Submission.number)
)


def last_submissions(bids: Iterable[Bid]) -> dict[int, Submission]:
    """Return the submission that counts of each bid that ever had one, by bid id."""
    found = db.session.scalars(_SUBMISSIONS, {"bids": [bid.id for bid in bids]})
    return {submission.bid_id: submission for submission in found}


def submissions_of(bid: Bid) -> list[Submission]:
    """Return every submission of the bid, the last first."""
    found = db.session.scalars(
        select(Submission).where(Submission.bid_id == bid.id).order_by(Submission.number.desc())
    )
    return list(found)


def submission_of(bid: Bid, number: int) -> Submission:
    """Return one submission with what was handed in. Raises NoResultFound."""
    if not 0 < number < 2**31:
        raise NoResultFound
    return db.session.scalars(
        select(Submission)
        .options(undefer(Submission.sealed))
        .where(Submission.bid_id == bid.id, Submission.number == number)
    ).one()


def submitted_text(bid: Bid, submission: Submission) -> str:
    """Return the canonical text of what was handed in, for its supplier."""
    return seals.open_submission(bid, seals.supplier_key(bid), submission)


def receipt_of(bid: Bid, submission: Submission) -> Receipt:
    """Return the receipt of one submission, for its supplier."""
    text = submitted_text(bid, submission)
    said = json.loads(text)
    return Receipt(
        tender=bid.tender.token,
        reference=bid.tender.reference,
        bid=bid.token,
        # One admitted late keeps the number its receipt was given with.
        number=said.get("number", submission.number),
        arrived_at=f"{submission.arrived_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        # What was asked when the bid was handed in: it may have been amended since.
        questionnaire=said["questionnaire"] or "",
        content_hash=submission.content_hash,
        salt=seals.open_salt(bid, seals.supplier_key(bid), submission).hex(),
        commitment=submission.commitment,
        audit_entry=submission.audit_hash,
        files=files_in(text),
    )


def file_for_supplier(bid: Bid, token: str) -> tuple[EvidenceFile, ChunkReader]:
    """Return one file of the supplier's own bid. Raises NoResultFound and FileRefused."""
    return evidence.file_to_hand_out(bid, token, seals.supplier_key(bid))


def window_of(tender: Tender) -> Window:
    """Return when the tender takes bids, as the rules want to know it."""
    words = clock.show_moment(tender.closes_at) if tender.closes_at else ""
    return Window(tender.stage, tender.published_at, tender.closes_at, words)
