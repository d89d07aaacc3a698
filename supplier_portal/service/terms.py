"""Changing what a bid says of the contract terms: the company's word, and its qualifications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts.queries import Viewer
from foundation import audit
from foundation.database import db, transaction
from foundation.tokens import new_token
from supplier_portal import queries, seals
from supplier_portal.models import Bid, BidTerms
from supplier_portal.queries.terms import commitments_now, terms_of
from supplier_portal.rules.terms import (
    MOST_QUALIFICATIONS,
    ClausesShown,
    GivenWord,
    Qualification,
    Terms,
    TermsOvertaken,
    WrongTerms,
    as_plain,
    checked_qualification,
    checked_word,
    clauses_shown,
    must_be_as_shown,
)
from supplier_portal.service.bids import current, note_change


@dataclass(frozen=True)
class TermsSaid:
    """What a form says of the terms: the word chosen, empty for none, and the set it was shown."""

    says: str
    shown: str


@dataclass(frozen=True)
class NewQualification:
    """A qualification as typed; an empty ``token`` is a new one."""

    clause: str
    objects_to: str
    proposes: str
    reason: str
    token: str = ""


def settle_terms(
    bid: Bid, answers: Mapping[str, Any], said: TermsSaid | None, *, by: Viewer, at: datetime
) -> None:
    """Keep the company's word on the terms that ``answers`` lead to, while a bid is handed in.

    A word given before on the very same terms stands. Nothing is asked where the tender froze no
    clauses, nor of a bid that no form hands in (``said`` is None). Raises WrongTerms.
    """
    made = commitments_now(bid, answers) if said is not None else None
    if said is None or made is None:
        return
    shown, terms = clauses_shown(made), terms_of(bid)
    if not said.says and terms.stands_for(shown.set_hash):
        return
    _keep(bid, _with_word(bid, terms, said, shown, by, at), by=by, at=at)


def give_word(bid: Bid, said: TermsSaid, *, by: Viewer, arrived_at: datetime) -> None:
    """Keep the company's word on the terms ahead of submitting. Raises WrongTerms and TooLate."""
    with transaction():
        bid = current(bid, arrived_at=arrived_at, doing="answer about the contract terms")
        made = commitments_now(bid, queries.asked_answers(bid)[0])
        if made is None:
            raise WrongTerms("You cannot accept contract terms because this tender froze none")
        terms = _with_word(bid, terms_of(bid), said, clauses_shown(made), by, arrived_at)
        _keep(bid, terms, by=by, at=arrived_at)
        note_change(bid, arrived_at=arrived_at)


def save_qualification(
    bid: Bid, typed: NewQualification, *, based_on: int, by: Viewer, arrived_at: datetime
) -> None:
    """Add a qualification or change one; a word given before has to be given again.

    Raises WrongTerms naming the field, TermsOvertaken, and TooLate.
    """
    with transaction():
        bid, terms = _to_qualify(bid, based_on, arrived_at)
        made = commitments_now(bid, queries.asked_answers(bid)[0])
        shown = clauses_shown(made) if made else ClausesShown("", {})
        before = terms.qualification(typed.token)
        if typed.token and before is None:
            raise WrongTerms("You cannot change this qualification because it was removed")
        titles = dict(shown.titles)
        if before is not None:
            titles.setdefault(before.clause, before.title)
        entry = checked_qualification(
            typed.token or new_token(),
            typed.clause,
            titles=titles,
            objects_to=typed.objects_to,
            proposes=typed.proposes,
            reason=typed.reason,
        )
        _keep(bid, _with_qualification(terms, entry), by=by, at=arrived_at)
        note_change(bid, arrived_at=arrived_at)


def remove_qualification(
    bid: Bid, token: str, *, based_on: int, by: Viewer, arrived_at: datetime
) -> None:
    """Take a qualification off the list. Raises TermsOvertaken and TooLate."""
    with transaction():
        bid, terms = _to_qualify(bid, based_on, arrived_at)
        left = tuple(entry for entry in terms.qualifications if entry.token != token)
        _keep(bid, replace(terms, word=None, qualifications=left), by=by, at=arrived_at)
        note_change(bid, arrived_at=arrived_at)


def _to_qualify(bid: Bid, based_on: int, arrived_at: datetime) -> tuple[Bid, Terms]:
    bid = current(bid, arrived_at=arrived_at, doing="change the qualifications of this bid")
    if not bid.tender.allows_qualifications:
        raise WrongTerms("You cannot list qualifications because this tender takes none")
    terms = terms_of(bid)
    if terms.version != based_on:
        raise TermsOvertaken(
            "A colleague changed the qualifications while you were writing. Look at the list as "
            "it is now, then save again"
        )
    return bid, terms


def _with_qualification(terms: Terms, entry: Qualification) -> Terms:
    if terms.qualification(entry.token) is not None:
        changed = [entry if old.token == entry.token else old for old in terms.qualifications]
        return replace(terms, word=None, qualifications=tuple(changed))
    if len(terms.qualifications) >= MOST_QUALIFICATIONS:
        raise WrongTerms(
            f"You cannot list more than {MOST_QUALIFICATIONS} qualifications. Remove one first"
        )
    return replace(terms, word=None, qualifications=(*terms.qualifications, entry))


def _with_word(
    bid: Bid, terms: Terms, said: TermsSaid, shown: ClausesShown, by: Viewer, at: datetime
) -> Terms:
    says = checked_word(said.says, terms, allowed=bid.tender.allows_qualifications)
    must_be_as_shown(said.shown, shown.set_hash)
    word = GivenWord(says, shown.set_hash, shown.clauses, by.name, at.isoformat())
    return replace(terms, word=word)


def _keep(bid: Bid, terms: Terms, *, by: Viewer, at: datetime) -> None:
    """Write the terms as the next version; the record says that they changed, never how."""
    row = db.session.scalars(select(BidTerms).where(BidTerms.bid_id == bid.id)).one_or_none()
    version = terms.version + 1
    sealed = seals.seal_terms(bid, seals.supplier_key(bid), version, as_plain(terms))
    if row is None:
        row = BidTerms(bid_id=bid.id)
        db.session.add(row)
    row.sealed, row.version, row.saved_at, row.saved_by_id = sealed, version, at, by.person_id
    audit.record(
        "bid.terms_saved", actor=by.person_token, subject=("bid", bid.token), version=version
    )
