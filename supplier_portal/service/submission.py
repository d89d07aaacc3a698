"""Handing a bid in, replacing it, and taking it back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import audit
from foundation.canonical import canonical_json, sha256_hex
from foundation.database import db, in_transaction, transaction
from question_bank.rules.outcomes import situation_of
from supplier_portal import queries, seals
from supplier_portal.models import Bid, Submission
from supplier_portal.rules.progress import missing_parts
from supplier_portal.rules.receipt import BID_FORMAT, SALT_BYTES, commitment
from supplier_portal.rules.stages import BidStep, stage_after
from supplier_portal.rules.submission import TooLate, must_be_declared
from supplier_portal.rules.teamwork import must_be_signed_off
from supplier_portal.service.bids import current
from tenders.queries import facts_of, questionnaire_of


def submit_bid(
    bid: Bid,
    *,
    by: Viewer,
    arrived_at: datetime,
    declared_by: str,
    agreed: bool = True,
    knows_missing: bool = False,
) -> Submission:
    """Hand in the answers as they stand, for the buying side to read at opening.

    Answers to parts that are no longer asked stay behind; a bid submitted before is replaced, and
    the earlier submission kept. Raises TooLate, NotReady, SignOffNeeded and BidStepNotAllowed.
    """
    with _refusals_noted(bid, by, arrived_at), transaction():
        bid = current(bid, arrived_at=arrived_at, doing="submit this bid")
        stage_after(bid.stage, BidStep.SUBMIT)
        if bid.needs_sign_off:
            must_be_signed_off(True, bid.revision, queries.last_sign_off(bid))
        answers, missing = asked_answers(bid)
        must_be_declared(
            name=declared_by,
            agreed=agreed,
            missing=missing,
            knows_missing=knows_missing,
            unconfirmed=len(queries.unconfirmed(bid)),
        )
        return hand_in(bid, answers, declared_by.strip(), by=by, arrived_at=arrived_at)


def hand_in(
    bid: Bid, answers: Mapping[str, Any], declared_by: str, *, by: Viewer, arrived_at: datetime
) -> Submission:
    """Write the submission of ``answers``, in the transaction of whoever checked them.

    Raises BidStepNotAllowed.
    """
    stage = stage_after(bid.stage, BidStep.SUBMIT)
    submission = _submission(bid, answers, declared_by, by=by, arrived_at=arrived_at)
    bid.stage = stage
    bid.key_for_tender = seals.handed_over(bid)
    db.session.add(submission)
    return submission


def withdraw_bid(bid: Bid, *, by: Viewer, arrived_at: datetime) -> None:
    """Take the bid back: it will not be opened unless it is submitted again in time."""
    with _refusals_noted(bid, by, arrived_at), transaction():
        bid = current(bid, arrived_at=arrived_at, doing="withdraw this bid")
        bid.stage = stage_after(bid.stage, BidStep.WITHDRAW)
        # Without this the buying side has no way to the key, whatever the stage says.
        bid.key_for_tender = None
        audit.record("bid.withdrawn", actor=by.person_token, subject=("bid", bid.token))


@contextmanager
def _refusals_noted(bid: Bid, by: Viewer, arrived_at: datetime) -> Iterator[None]:
    """Keep a record of what came too late: whether it did is what people dispute."""
    try:
        yield
    except TooLate:
        if not in_transaction():
            audit.record_denied(
                "bid.refused_late",
                actor=by.person_token,
                subject=("bid", bid.token),
                arrived_at=arrived_at.isoformat(),
            )
        raise


def asked_answers(bid: Bid) -> tuple[dict[str, Any], int]:
    """Return the answers to parts that are asked, and how many required ones are missing."""
    answers = queries.answers_of(bid)
    questionnaire = questionnaire_of(bid.tender)
    situation = situation_of(
        questionnaire.bare_questions, answers, facts_of(bid.tender), questionnaire.fact_specs
    )
    asked = {part_id: value for part_id, value in answers.items() if part_id in situation.parts}
    return asked, len(missing_parts(questionnaire.bare_questions, situation))


def _submission(
    bid: Bid, answers: Mapping[str, Any], declared_by: str, *, by: Viewer, arrived_at: datetime
) -> Submission:
    last = db.session.scalar(select(func.max(Submission.number)).where(Submission.bid_id == bid.id))
    number = (last or 0) + 1
    text = canonical_json(_content(bid, answers, declared_by, number))
    key, salt = seals.supplier_key(bid), secrets.token_bytes(SALT_BYTES)
    promised = commitment(salt, text)
    # The entry comes first, because the submission names it and is never changed afterwards.
    entry = audit.record(
        "bid.submitted",
        actor=by.person_token,
        subject=("bid", bid.token),
        number=number,
        commitment=promised,
        arrived_at=arrived_at.isoformat(),
    )
    return Submission(
        bid_id=bid.id,
        number=number,
        revision=bid.revision,
        sealed=seals.seal_submission(bid, key, number, text),
        sealed_salt=seals.seal_salt(bid, key, number, salt),
        content_hash=sha256_hex(text),
        commitment=promised,
        audit_hash=entry.hash,
        arrived_at=arrived_at,
        author_id=by.person_id,
    )


def _content(bid: Bid, answers: Mapping[str, Any], declared_by: str, number: int) -> dict[str, Any]:
    named = {
        entry.get("evidence")
        for value in answers.values()
        if isinstance(value, list)
        for entry in value
        if isinstance(entry, Mapping)
    }
    evidence = [
        {
            "token": file.token,
            "name": file.name,
            "title": file.title,
            "issued": file.issued,
            "sha256": file.sha256,
            "size": file.size,
        }
        for token, file in queries.evidence_of(bid).items()
        if token in named
    ]
    return {
        "format": BID_FORMAT,
        "tender": {"token": bid.tender.token, "reference": bid.tender.reference},
        "questionnaire": bid.tender.questionnaire_sha256,
        "bid": bid.token,
        "number": number,
        "supplier": {
            "name": bid.supplier.name,
            "legal_name": bid.supplier.legal_name,
            "company_number": bid.supplier.company_number,
        },
        "declared_by": declared_by,
        "answers": dict(answers),
        "evidence": evidence,
        **_handed_in_too(bid, answers),
    }


def _handed_in_too(bid: Bid, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to a bid beside its answers, each under the name app.py gives it."""
    makers: Mapping[str, Any] = current_app.extensions["handed_in_with_a_bid"]
    made = {name: make(bid, answers) for name, make in makers.items()}
    return {name: value for name, value in made.items() if value}
