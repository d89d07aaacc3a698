"""Handing a bid in although bidding has closed: sealed, unread, and beside what came in time."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import audit
from foundation.database import db, transaction
from foundation.tokens import TOKEN_PATTERN
from supplier_portal import queries, seals
from supplier_portal.models import Bid, LateSubmission, Submission
from supplier_portal.queries.late import late_answers
from supplier_portal.rules.lateness import checked_why, must_be_late
from supplier_portal.rules.receipt import SALT_BYTES, commitment
from supplier_portal.rules.stages import BidStep, stage_after
from supplier_portal.rules.submission import NotOpen, must_be_declared
from supplier_portal.rules.teamwork import must_be_signed_off
from supplier_portal.service import letters
from supplier_portal.service.bids import held
from supplier_portal.service.scanning import must_name_no_refused_file
from supplier_portal.service.submission import Declared, refusals_noted
from supplier_portal.service.terms import TermsSaid, settle_terms


def hand_in_late(
    bid: Bid,
    *,
    by: Viewer,
    arrived_at: datetime,
    declared_by: str,
    why: str,
    agreed: bool = True,
    knows_missing: bool = False,
    form_key: str = "",
    terms: TermsSaid | None = None,
) -> LateSubmission:
    """Hand in what is saved, after the closing time and before the opening.

    What was submitted in time stands untouched. A form sent again, known by ``form_key``, is the
    late submission it made the first time. Raises StillInTime, TooLate, NotOpen, NotReady,
    SignOffNeeded, RefusedFileNamed and WrongTerms.
    """
    key = form_key if re.fullmatch(TOKEN_PATTERN, form_key) else None
    with refusals_noted(bid, by, arrived_at), transaction():
        first = _made_of_form(held(bid), key)
        if first is not None:
            return first
        bid = _to_hand_in(bid, arrived_at)
        if bid.needs_sign_off and not by.may(Permission.BID_CERTIFY, tender_id=bid.tender_id):
            must_be_signed_off(True, bid.revision, queries.last_sign_off(bid))
        reason = checked_why(why)
        answers, missing, _behind = late_answers(bid)
        must_name_no_refused_file(bid, answers)
        must_be_declared(
            name=declared_by, agreed=agreed, missing=missing, knows_missing=knows_missing
        )
        settle_terms(bid, answers, terms, by=by, at=arrived_at)
        declared = Declared(declared_by.strip(), by.person_id, by.person_token, form_key=key)
        late = _late_submission(bid, answers, declared, reason, arrived_at=arrived_at)
        db.session.add(late)
        letters.send_late_receipt(bid, late)
        return late


def admit_late(bid: Bid, late: LateSubmission) -> Submission:
    """Make a late submission the one that counts, in the transaction of whoever decides it.

    The council reads it from now on. Raises BidStepNotAllowed, and StillSealed before the opening.
    """
    key = seals.late_key(bid, late)
    text, salt = seals.open_late(bid, key, late), seals.open_late_salt(bid, key, late)
    number = max(late.number, _last(Submission.number, Submission.bid_id, bid) + 1)
    submission = Submission(
        bid_id=bid.id,
        number=number,
        revision=late.revision,
        sealed=seals.seal_submission(bid, key, number, text),
        sealed_salt=seals.seal_salt(bid, key, number, salt),
        content_hash=late.content_hash,
        commitment=late.commitment,
        audit_hash=late.audit_hash,
        arrived_at=late.arrived_at,
        author_id=late.author_id,
        by_the_clock=False,
    )
    bid.stage = stage_after(bid.stage, BidStep.ADMIT)
    bid.key_for_tender = late.key_for_tender
    db.session.add(submission)
    db.session.flush()
    return submission


def _to_hand_in(bid: Bid, arrived_at: datetime) -> Bid:
    """Return the bid, held, if it can be handed in late now."""
    found = held(bid)
    if found.brought_by_id is not None or found.tender.runs_elsewhere:
        raise NotOpen("You cannot hand in a late bid here because bids are taken on another portal")
    must_be_late(queries.window_of(found.tender), found.tender.opened_at, arrived_at)
    return found


def _made_of_form(bid: Bid, key: str | None) -> LateSubmission | None:
    if key is None:
        return None
    return db.session.scalars(
        select(LateSubmission).where(
            LateSubmission.bid_id == bid.id, LateSubmission.form_key == key
        )
    ).one_or_none()


def _late_submission(
    bid: Bid, answers: Mapping[str, Any], declared: Declared, why: str, *, arrived_at: datetime
) -> LateSubmission:
    in_time = _last(Submission.number, Submission.bid_id, bid)
    number = max(in_time, _last(LateSubmission.number, LateSubmission.bid_id, bid)) + 1
    to_hand_in = queries.content_to_hand_in(bid, answers)
    text = to_hand_in.declared(number=number, by=declared.name)
    key, salt = seals.supplier_key(bid), secrets.token_bytes(SALT_BYTES)
    promised = commitment(salt, text)
    entry = audit.record(
        "bid.handed_in_late",
        actor=declared.actor,
        subject=("bid", bid.token),
        number=number,
        commitment=promised,
        arrived_at=arrived_at.isoformat(),
    )
    return LateSubmission(
        bid_id=bid.id,
        number=number,
        revision=bid.revision,
        sealed=seals.seal_late(bid, key, number, text),
        sealed_salt=seals.seal_late_salt(bid, key, number, salt),
        content_hash=to_hand_in.content_hash,
        commitment=promised,
        audit_hash=entry.hash,
        arrived_at=arrived_at,
        author_id=declared.author_id,
        form_key=declared.form_key,
        sealed_why=seals.seal_why_late(bid, key, number, why),
        key_for_tender=seals.handed_over(bid),
    )


def _last(number: Any, bid_id: Any, bid: Bid) -> int:
    """Return the highest number a bid has in one of the two tables; 0 for none."""
    return db.session.scalar(select(func.max(number)).where(bid_id == bid.id)) or 0
