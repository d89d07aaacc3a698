"""Writing to the people of a bid, in the change they are told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.rules.roles import Permission
from foundation import clock, mail
from supplier_portal import queries
from supplier_portal.models import Bid, LateSubmission, Submission
from supplier_portal.queries.late import handed_in_late, late_receipt_of
from supplier_portal.rules.letters import (
    About,
    Letter,
    late_receipt_letter,
    not_handed_in_letter,
    opened_letter,
    receipt_letter,
    withdrawn_letter,
)
from tenders.lots import lots_in_words
from tenders.models import Tender
from tenders.rules.lateness import how_late

# Whoever works on the bid; those who may only read it are not written to.
PEOPLE = (Permission.ANSWER_WRITE, Permission.BID_CERTIFY, Permission.BID_SUBMIT)


def people_told(bid: Bid) -> list[str]:
    """Return the addresses of those who are written to about the bid."""
    return queries.people_of(bid, *PEOPLE)


def send(bid: Bid, kind: str, about: str, letter: Letter) -> None:
    """Write ``letter`` to everybody who works on the bid, once for each ``about``."""
    mail.post(kind, f"{bid.token}:{about}", people_told(bid), letter.subject, letter.text)


def about(bid: Bid, address: str = "") -> About:
    """Return what every letter says of the tender; the address is the task list unless given."""
    tender = bid.tender
    return About(
        title=tender.title,
        reference=tender.reference,
        authority=tender.authority.name,
        address=address or mail.link("supplier_portal.task_list", bid=bid.token),
        closing=clock.show_moment(tender.closes_at) if tender.closes_at else "",
        lot=lots_in_words([tender]).get(tender.id, ""),
    )


def send_receipt(bid: Bid, submission: Submission) -> None:
    page = mail.link("supplier_portal.receipt", bid=bid.token, number=submission.number)
    letter = receipt_letter(
        about(bid, page),
        queries.receipt_of(bid, submission),
        clock.show_moment(submission.arrived_at),
        by_the_clock=submission.by_the_clock,
    )
    send(bid, "bid.submitted", str(submission.number), letter)


def send_late_receipt(bid: Bid, late: LateSubmission) -> None:
    page = mail.link("supplier_portal.late_receipt", bid=bid.token, number=late.number)
    said = how_late(bid.tender.closes_at or late.arrived_at, late.arrived_at)
    letter = late_receipt_letter(
        about(bid, page), late_receipt_of(bid, late), clock.show_moment(late.arrived_at), said
    )
    send(bid, "bid.handed_in_late", str(late.number), letter)


def send_withdrawn(bid: Bid, entry_hash: str, arrived_at: datetime) -> None:
    letter = withdrawn_letter(
        about(bid),
        clock.show_moment(arrived_at),
        f"{arrived_at:%Y-%m-%dT%H:%M:%S.%fZ}",
        entry_hash,
    )
    send(bid, "bid.withdrawn", entry_hash, letter)


def send_not_handed_in(bid: Bid, reasons: list[str], standing: int | None) -> None:
    send(bid, "bid.not_handed_in", "", not_handed_in_letter(about(bid), reasons, standing))


def send_opened(tender: Tender, bids: Sequence[Bid]) -> None:
    """Write that they were opened to the people of ``bids``, and of those that came late."""
    if tender.opened_at is None or tender.runs_elsewhere:
        return
    page = mail.link("supplier_portal.published", tender=tender.token)
    opened = clock.show_moment(tender.opened_at)
    last = queries.last_submissions(bids)
    late = {bid.id: (bid, found) for found, bid in handed_in_late(tender)}
    for bid in [*bids, *(bid for bid, _late in late.values() if bid.id not in last)]:
        in_time = (last[bid.id].number, last[bid.id].commitment) if bid.id in last else None
        came = (late[bid.id][1].number, late[bid.id][1].commitment) if bid.id in late else None
        letter = opened_letter(about(bid, page), opened, in_time=in_time, late=came)
        send(bid, "bid.opened", "", letter)
