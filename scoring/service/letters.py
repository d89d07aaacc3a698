"""The outbox: letters prepared for everyone once the award is approved, each read by somebody.

Nothing here reaches a bidder: all letters go at one moment (service.results).
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, select

from accounts.queries import Viewer
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from scoring import seals
from scoring.models import OutcomeLetter, Recommendation
from scoring.queries.bids import EvaluatedBid
from scoring.queries.deciding import Deciding, deciding, figure_in_words
from scoring.queries.disregarding import why_disregarded
from scoring.queries.letters import InOutbox, outbox_of, versions_of
from scoring.queries.results import assessed, placing_of
from scoring.queries.standstill import duty_now
from scoring.rules.letters import (
    Letter,
    Withheld,
    checked,
    checked_withheld,
    must_be_reviewable,
    opening_words,
)
from scoring.rules.recommending import why_not_in_words
from scoring.rules.standstill import Duty
from scoring.rules.summaries import PassageNotThere, must_hold
from scoring.service.deciding import NotReady, must_be_undecided
from scoring.service.evaluating import note
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders.models import Tender
from tenders.service.base import current_tender


class LetterChanged(DomainError):
    """The letter, or the summary with it, is not the one somebody read."""


def prepare_letters(tender: Tender, *, by: Viewer) -> int:
    """Write the first version of each letter that is missing; return how many were written.

    What was withheld, and the address, are taken over from an earlier recommendation. Raises
    NotReady, DecidedBefore and KeptAway.
    """
    with transaction():
        current = current_tender(tender)
        now = must_be_approved(by, current)
        recommendation = _recommendation(now)
        known = versions_of([bid.opened.bid for bid in now.bids], recommendation.id)
        places = {place.key: place for place in now.places}
        stands_still = duty_now(current) is Duty.MUST
        missing = [bid for bid in now.bids if bid.opened.bid.id not in known]
        for bid in missing:
            successful = now.successful(bid.token)
            before = _last_of_all(bid.opened.bid)
            letter = Letter(
                opening=opening_words(
                    legal_name=bid.opened.supplier.legal_name,
                    authority=current.authority.name,
                    title=current.title,
                    successful=successful,
                    stands_still=stands_still,
                ),
                why=""
                if successful
                else why_disregarded(bid)
                or why_not_in_words(places[bid.token], figure_in_words(now.ranked, bid.token)),
                address=before.address if before else "",
                withheld=before.withheld if before and successful else (),
            )
            _add(bid.opened.bid, recommendation, letter, by, reviewed=False)
    return len(missing)


def write_letter(
    bid: EvaluatedBid, opening: str, why: str, address: str, *, based_on: int, by: Viewer
) -> OutcomeLetter:
    """Add a version with other words; it has to be read again. Raises LetterUnfit and others."""
    with transaction():
        now, one = _to_change(bid, based_on, by)
        letter = checked(
            replace(one.letter, opening=opening, why=why, address=address),
            successful=one.successful,
        )
        return _add(one.bid.opened.bid, _recommendation(now), letter, by, reviewed=False)


def withhold(bid: EvaluatedBid, what: Withheld, *, based_on: int, by: Viewer) -> OutcomeLetter:
    """Leave words of an explanation out for the other bidders; a second officer has to approve.

    Raises LetterUnfit and PassageNotThere.
    """
    with transaction():
        now, one = _to_change(bid, based_on, by)
        if not one.successful:
            raise NotReady(
                "You cannot withhold anything here because only a successful bid’s explanations "
                "are told to others"
            )
        tidy = checked_withheld(what, one.letter.withheld)
        explained = assessed(one.bid, placing_of(now.ranked, bid.token)).marks.get(tidy.question)
        if explained is None:
            raise PassageNotThere("Select a question that has an explanation", field="question")
        must_hold(explained, tidy)
        letter = replace(one.letter, withheld=(*one.letter.withheld, tidy), read="")
        return _add(one.bid.opened.bid, _recommendation(now), letter, by, reviewed=False)


def tell_after_all(bid: EvaluatedBid, index: int, *, based_on: int, by: Viewer) -> OutcomeLetter:
    """Take back that something is withheld: the one at ``index``."""
    with transaction():
        now, one = _to_change(bid, based_on, by)
        if index not in range(len(one.letter.withheld)):
            raise LetterChanged("You cannot take this back because it is not withheld any more")
        left = tuple(each for number, each in enumerate(one.letter.withheld) if number != index)
        letter = replace(one.letter, withheld=left, read="")
        return _add(one.bid.opened.bid, _recommendation(now), letter, by, reviewed=False)


def review_letter(bid: EvaluatedBid, *, based_on: int, shown: str, by: Viewer) -> OutcomeLetter:
    """Say, as a named person, that letter and summary are right as they were ``shown``.

    Raises LetterChanged and ReviewRefused.
    """
    with transaction():
        now, one = _to_change(bid, based_on, by)
        if one.shown != shown:
            raise LetterChanged(
                "You cannot approve this letter because something changed since you read it: read "
                "it again below"
            )
        must_be_reviewable(
            one.letter,
            successful=one.successful,
            by=by.person_id,
            written_by=one.written_by,
            withheld_by=one.withheld_by,
        )
        letter = replace(one.letter, read=shown)
        return _add(one.bid.opened.bid, _recommendation(now), letter, by, reviewed=True)


def must_be_approved(viewer: Viewer, tender: Tender) -> Deciding:
    """Return where the decision stands. Raises NotReady unless an award is approved and stands."""
    must_be_undecided(tender)
    now = deciding(viewer, tender)
    if now.awards_nothing:
        raise NotReady(
            "You cannot prepare letters because nothing is to be awarded: cancel the tender, and "
            "everybody is told why"
        )
    if not now.is_approved:
        raise NotReady(
            "You cannot prepare letters because no second person has agreed to the recommendation"
        )
    if not now.is_current:
        raise NotReady(
            "You cannot go on because something the recommendation rests on changed after it was "
            "approved: recommend again"
        )
    return now


def _recommendation(now: Deciding) -> Recommendation:
    if now.recommendation is None:
        raise NotReady("You cannot prepare letters because nothing is recommended")
    return now.recommendation


def _to_change(bid: EvaluatedBid, based_on: int, by: Viewer) -> tuple[Deciding, InOutbox]:
    """Return the letter as it is now. Raises NotReady, and LetterChanged where it moved on."""
    now = must_be_approved(by, current_tender(bid.tender))
    found = next((one for one in outbox_of(now) if one.bid.token == bid.token), None)
    if found is None:
        raise NotReady("You cannot change this letter because the letters are not prepared")
    if found.last.row.number != based_on:
        raise LetterChanged(
            f"You cannot save this because {found.last.by} changed the letter while you had it "
            "open: what stands now is below"
        )
    return now, found


def _last_of_all(bid: Bid) -> Letter | None:
    """Return the last letter to a bidder, whichever recommendation it was written for."""
    last = db.session.scalars(
        select(OutcomeLetter.recommendation_id)
        .where(OutcomeLetter.bid_id == bid.id)
        .order_by(OutcomeLetter.number.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return None
    return versions_of([bid], last)[bid.id][-1].letter


def _add(
    bid: Bid, recommendation: Recommendation, letter: Letter, by: Viewer, *, reviewed: bool
) -> OutcomeLetter:
    last = db.session.scalar(
        select(func.max(OutcomeLetter.number)).where(OutcomeLetter.bid_id == bid.id)
    )
    token, text = new_token(), letter.text()
    row = OutcomeLetter(
        token=token,
        bid_id=bid.id,
        number=(last or 0) + 1,
        recommendation_id=recommendation.id,
        sealed_text=seals.seal_text(seals.LETTER, token, bid_seals.opened_key(bid), text),
        reviewed=reviewed,
        written_by_id=by.person_id,
        written_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    note(
        "letter.reviewed" if reviewed else "letter.written",
        bid,
        by,
        letter=token,
        number=row.number,
        text=sha256_hex(text),
    )
    return row
