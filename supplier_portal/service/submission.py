"""Handing a bid in, replacing it, and taking it back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import audit
from foundation.database import db, in_transaction, transaction
from foundation.tokens import TOKEN_PATTERN
from supplier_portal import queries, seals
from supplier_portal.models import Bid, Submission
from supplier_portal.queries import asked_answers, content_to_hand_in
from supplier_portal.rules.receipt import SALT_BYTES, commitment
from supplier_portal.rules.stages import BidStep, stage_after
from supplier_portal.rules.submission import TooLate, must_be_declared
from supplier_portal.rules.teamwork import must_be_signed_off
from supplier_portal.service import letters
from supplier_portal.service.bids import current, held
from supplier_portal.service.scanning import must_name_no_refused_file
from supplier_portal.service.terms import TermsSaid, settle_terms


@dataclass(frozen=True)
class Declared:
    """Who hands a bid in: the name under the declaration, whose doing it is, and whose hand.

    ``actor`` stands in the record of the bid: a person's token, or "system" for the clock.
    """

    name: str
    author_id: int
    actor: str
    by_the_clock: bool = False
    # What the form sent is known by.
    form_key: str | None = None


def submit_bid(
    bid: Bid,
    *,
    by: Viewer,
    arrived_at: datetime,
    declared_by: str,
    agreed: bool = True,
    knows_missing: bool = False,
    form_key: str = "",
    terms: TermsSaid | None = None,
) -> Submission:
    """Hand in the answers as they stand, for the buying side to read at opening.

    Answers to parts that are no longer asked stay behind; a bid submitted before is replaced, and
    the earlier submission kept. A form sent again, known by ``form_key``, is the submission it
    made the first time, whatever happened since. Raises TooLate, NotReady, SignOffNeeded,
    RefusedFileNamed, WrongTerms and BidStepNotAllowed.
    """
    key = form_key if re.fullmatch(TOKEN_PATTERN, form_key) else None
    with refusals_noted(bid, by, arrived_at), transaction():
        first = _made_of_form(held(bid), key)
        if first is not None:
            return first
        bid = current(bid, arrived_at=arrived_at, doing="submit this bid")
        stage_after(bid.stage, BidStep.SUBMIT)
        if bid.needs_sign_off:
            must_be_signed_off(True, bid.revision, queries.last_sign_off(bid))
        answers, missing = asked_answers(bid)
        must_name_no_refused_file(bid, answers)
        must_be_declared(
            name=declared_by,
            agreed=agreed,
            missing=missing,
            knows_missing=knows_missing,
            unconfirmed=len(queries.unconfirmed(bid)),
            amended=len(queries.overtaken(bid, queries.saved_answers(bid))),
        )
        settle_terms(bid, answers, terms, by=by, at=arrived_at)
        declared = Declared(declared_by.strip(), by.person_id, by.person_token, form_key=key)
        return hand_in_declared(bid, answers, declared, arrived_at=arrived_at)


def hand_in(
    bid: Bid, answers: Mapping[str, Any], declared_by: str, *, by: Viewer, arrived_at: datetime
) -> Submission:
    """Write the submission of ``answers``, in the transaction of whoever checked them.

    Raises BidStepNotAllowed.
    """
    declared = Declared(declared_by, by.person_id, by.person_token)
    return hand_in_declared(bid, answers, declared, arrived_at=arrived_at)


def hand_in_declared(
    bid: Bid, answers: Mapping[str, Any], declared: Declared, *, arrived_at: datetime
) -> Submission:
    """Write the submission and the receipt to the people of the bid. Raises BidStepNotAllowed."""
    stage = stage_after(bid.stage, BidStep.SUBMIT)
    submission = _submission(bid, answers, declared, arrived_at=arrived_at)
    bid.stage = stage
    bid.key_for_tender = seals.handed_over(bid)
    db.session.add(submission)
    letters.send_receipt(bid, submission)
    return submission


def withdraw_bid(bid: Bid, *, by: Viewer, arrived_at: datetime) -> None:
    """Take the bid back: it will not be opened unless it is submitted again in time.

    Nor will the clock hand it in, whatever was asked for before.
    """
    with refusals_noted(bid, by, arrived_at), transaction():
        bid = current(bid, arrived_at=arrived_at, doing="withdraw this bid")
        bid.stage = stage_after(bid.stage, BidStep.WITHDRAW)
        # Without this the buying side has no way to the key, whatever the stage says.
        bid.key_for_tender = None
        bid.counts_at_closing_by_id = bid.declared_for_closing = None
        entry = audit.record(
            "bid.withdrawn",
            actor=by.person_token,
            subject=("bid", bid.token),
            arrived_at=arrived_at.isoformat(),
        )
        letters.send_withdrawn(bid, entry.hash, arrived_at)


@contextmanager
def refusals_noted(bid: Bid, by: Viewer, arrived_at: datetime) -> Iterator[None]:
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


def _made_of_form(bid: Bid, key: str | None) -> Submission | None:
    """Return the submission that a form sent before has made."""
    if key is None:
        return None
    return db.session.scalars(
        select(Submission).where(Submission.bid_id == bid.id, Submission.form_key == key)
    ).one_or_none()


def _submission(
    bid: Bid, answers: Mapping[str, Any], declared: Declared, *, arrived_at: datetime
) -> Submission:
    last = db.session.scalar(select(func.max(Submission.number)).where(Submission.bid_id == bid.id))
    number = (last or 0) + 1
    to_hand_in = content_to_hand_in(bid, answers)
    text = to_hand_in.declared(number=number, by=declared.name)
    key, salt = seals.supplier_key(bid), secrets.token_bytes(SALT_BYTES)
    promised = commitment(salt, text)
    # The entry comes first, because the submission names it and is never changed afterwards.
    entry = audit.record(
        "bid.submitted",
        actor=declared.actor,
        subject=("bid", bid.token),
        number=number,
        commitment=promised,
        arrived_at=arrived_at.isoformat(),
        **({"by_the_clock": True} if declared.by_the_clock else {}),
    )
    return Submission(
        bid_id=bid.id,
        number=number,
        revision=bid.revision,
        sealed=seals.seal_submission(bid, key, number, text),
        sealed_salt=seals.seal_salt(bid, key, number, salt),
        content_hash=to_hand_in.content_hash,
        commitment=promised,
        audit_hash=entry.hash,
        arrived_at=arrived_at,
        author_id=declared.author_id,
        form_key=declared.form_key,
        by_the_clock=declared.by_the_clock,
    )
