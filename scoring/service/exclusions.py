"""What is recorded about a party: checks, notices, replies, replacements and decisions.

Every step is added and none is changed (exclusion_steps).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock, mail
from foundation.database import transaction
from scoring.exclusion_grounds import shipped_grounds
from scoring.queries.exclusions import Party, my_notice, opened_on, party_of, place_of, today
from scoring.rules.exclusions import (
    Found,
    Kind,
    PartyRole,
    WrongEntry,
    checked_decision,
    checked_name,
    checked_text,
    must_be_past,
    must_be_recent,
    must_give_time,
)
from scoring.service.evaluating import bid_to_change
from scoring.service.exclusion_steps import (
    DOING,
    NewStep,
    add_to_list,
    append_step,
    record_step,
)
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.queries import people_of

NOTICE_PAGE = "scoring.my_exclusion_notice"
LONGEST_REFERENCE = 300


@dataclass(frozen=True, kw_only=True)
class Check:
    """What an officer looked at, and what was found."""

    done_on: date
    looked_at: list[str]
    reference: str
    found: Found
    ground: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a supplier says. ``replacement``: whom it would put in the place of the party."""

    text: str
    replacement: str = ""

    def checked(self) -> dict[str, Any]:
        words = {"text": checked_text(self.text, field="text", ask="Enter your reply", least=2)}
        if self.replacement.strip():
            words["name"] = checked_name(self.replacement, field="replacement")
        return words


def add_party(bid: Bid, name: str, role: PartyRole, found_in: str, *, by: Viewer) -> str:
    """Add a party an officer knows of; return its token. Raises WrongEntry and NotInEvaluation."""
    plain = checked_name(name)
    with transaction():
        return add_to_list(bid_to_change(bid, doing=DOING), plain, role, found_in, by)


def record_check(bid: Bid, token: str, check: Check, *, based_on: int, by: Viewer) -> None:
    """Record what was looked at and found. Raises WrongEntry, NotNow and PartyChanged."""
    grounds = shipped_grounds()
    must_be_past(check.done_on, today(), field="done_on")
    must_be_recent(check.done_on, opened_on(bid))
    looked_at = grounds.checked_looked_at(check.looked_at)
    least = 0 if check.found is Found.NOTHING and "other" not in looked_at else 10
    words = {
        "looked_at": looked_at,
        "reference": _reference(check.reference),
        "ground": grounds.checked_ground(check.ground, check.found),
        "text": checked_text(
            check.text, field="text", ask="Enter what you looked at and found", least=least
        ),
    }
    step = NewStep(kind=Kind.CHECKED, outcome=check.found, words=words, done_on=check.done_on)
    record_step(bid, token, step, based_on=based_on, by=by)


def give_notice(
    bid: Bid, token: str, text: str, reply_by: date, *, based_on: int, by: Viewer
) -> None:
    """Tell the supplier what was found, and until when it can speak. Raises WrongEntry and NotNow.

    A bid brought in from another portal has nobody here: the officer writes there, and enters the
    reply.
    """
    plain = checked_text(text, field="text", ask="Enter what you tell the supplier")
    must_give_time(reply_by, today())
    step = NewStep(kind=Kind.NOTICE, words={"text": plain}, due_on=reply_by)
    with transaction():
        current, party = record_step(bid, token, step, based_on=based_on, by=by)
        if current.brought_by_id is None:
            _tell(current, party, reply_by)


def reply_to_notice(
    bid: Bid, token: str, reply: Reply, *, by: Viewer, arrived_at: datetime
) -> None:
    """Take the supplier's reply, in time until the end of the day that was given.

    Raises WrongEntry and NotNow, and NoResultFound for a party nothing was written about.
    """
    day = clock.london(arrived_at).date()
    step = NewStep(kind=Kind.REPLY, words=reply.checked(), done_on=day)
    with transaction():
        current = bid_to_change(bid, doing="reply")
        party = my_notice(current, token, day)
        append_step(current, party, step, by=by, key=bid_seals.supplier_key(current))


def enter_reply_of(
    bid: Bid, token: str, reply: Reply, received_on: date, *, based_on: int, by: Viewer
) -> None:
    """Enter what a supplier replied on another portal or by letter. What counts is the day on which
    it was received. Raises WrongEntry and NotNow."""
    must_be_past(received_on, today(), field="done_on")
    step = NewStep(kind=Kind.REPLY, words=reply.checked(), done_on=received_on, as_of=received_on)
    record_step(bid, token, step, based_on=based_on, by=by)


def decide_party(
    bid: Bid, token: str, decision: str, reason: str, *, based_on: int, by: Viewer
) -> None:
    """Decide what becomes of the tender because of a party. Raises WrongEntry and NotNow."""
    plain = checked_text(reason, field="text", ask="Enter the reason for your decision")
    with transaction():
        found = party_of(bid_to_change(bid, doing=DOING), token).standing.found
        chosen = checked_decision(decision, found)
        step = NewStep(kind=Kind.DECIDED, outcome=chosen, words={"text": plain})
        record_step(bid, token, step, based_on=based_on, by=by)


def replace_party(
    bid: Bid, token: str, name: str, reason: str, *, based_on: int, by: Viewer
) -> None:
    """Take another in the place of a party; the new one is to be checked like any other."""
    plain = checked_name(name)
    why = checked_text(reason, field="text", ask="Enter why you agree to the replacement")
    step = NewStep(kind=Kind.REPLACED, words={"text": why, "name": plain})
    with transaction():
        current, party = record_step(bid, token, step, based_on=based_on, by=by)
        add_to_list(current, plain, party.role, "In the place of another, after a notice", by)


def note_notified(
    bid: Bid, token: str, sent_on: date, reference: str, *, based_on: int, by: Viewer
) -> None:
    """Note that an exclusion was notified (section 59); also once the tender is decided."""
    must_be_past(sent_on, today(), field="done_on")
    if not reference.strip():
        raise WrongEntry("Enter where the notification can be found", field="reference")
    words = {"reference": _reference(reference)}
    step = NewStep(kind=Kind.NOTIFIED, words=words, done_on=sent_on)
    record_step(bid, token, step, based_on=based_on, by=by)


def strike_party(bid: Bid, token: str, reason: str, *, based_on: int, by: Viewer) -> None:
    """Say that somebody listed is no party of the bid after all."""
    plain = checked_text(reason, field="text", ask="Enter why this is no party of the bid")
    step = NewStep(kind=Kind.STRUCK, words={"text": plain})
    record_step(bid, token, step, based_on=based_on, by=by)


def _reference(text: str) -> str:
    plain = " ".join(text.split())
    if len(plain) > LONGEST_REFERENCE:
        raise WrongEntry(f"Enter {LONGEST_REFERENCE} characters or fewer", field="reference")
    return plain


def _tell(bid: Bid, party: Party, reply_by: date) -> None:
    mail.post(
        "bid.exclusion_notice",
        place_of(party.token, party.version + 1),
        people_of(bid, Permission.BID_SUBMIT),
        f"A notice about your bid for {bid.tender.reference}",
        f"The council has to look at something before your bid for “{bid.tender.title}” is "
        "assessed. You can reply, and bring evidence, until the end of "
        f"{clock.show_date(reply_by)}.\n\n"
        f"Read it and reply: {mail.link(NOTICE_PAGE, bid=bid.token, party=party.token)}\n",
    )
