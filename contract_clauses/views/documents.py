"""The Word documents of an opened bid: its schedule, promises, deviations and response."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import NoResultFound

from accounts.access import refuse, requires, signed_in_user
from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import queries
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.deviations import raised_deviations
from contract_clauses.queries.issuing import approval_of, last_approved, schedule_in
from contract_clauses.queries.known_issues import issues_known
from contract_clauses.responding import response_of
from contract_clauses.rules.deviations import taken
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.views.base import as_word, pages
from contract_clauses.word.letters import commitments_document, side_letter
from scoring.queries import bid_in_evaluation
from supplier_portal import seals as bid_seals

DOWNLOAD = Permission.DOCUMENT_DOWNLOAD


@pages.get("/schedules/<token:bid>/documents")
@requires(DOWNLOAD)
def documents(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=DOWNLOAD)
    return render_template(
        "contract_clauses/documents.html",
        bid=found,
        schedule=found.schedule,
        issued=last_approved(issues_known(viewer, found)),
        departs=any(clause.departs for clause in found.schedule.clauses),
        may_read_answers=viewer.may(Permission.MARK_READ, tender_id=found.tender.id),
    )


@pages.get("/schedules/<token:bid>/commitments.docx")
@requires(DOWNLOAD)
def commitments_register(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=DOWNLOAD)
    one = _made_of(viewer, found)
    document = commitments_document(one.schedule, one.approved)
    return as_word(document, found.evaluated.name, f"commitments{one.ending}")


@pages.get("/schedules/<token:bid>/side-letter.docx")
@requires(DOWNLOAD)
def deviations_letter(bid: str) -> ResponseReturnValue:
    viewer = signed_in_user()
    found = queries.scheduled_bid(viewer, bid, to=DOWNLOAD)
    one = _made_of(viewer, found)
    # Why something was decided stays with the Council: the letter goes to the supplier.
    settled = {
        (raised.deviation.clause, raised.deviation.variable): taken(raised)
        for raised in raised_deviations(found)
    }
    document = side_letter(one.schedule, settled, one.approved)
    return as_word(document, found.evaluated.name, f"side-letter{one.ending}")


@pages.get("/schedules/<token:bid>/response.docx")
@requires(DOWNLOAD)
def response_document(bid: str) -> ResponseReturnValue:
    """What the supplier handed in, for those to whom the pages of its answers open."""
    viewer = signed_in_user()
    found = bid_in_evaluation(viewer, bid, to=Permission.MARK_READ)
    if not viewer.may(DOWNLOAD, tender_id=found.tender.id):
        refuse(viewer, DOWNLOAD)
    return as_word(response_of(found), found.name, "response")


@dataclass(frozen=True)
class MadeOf:
    """The schedule a document beside it is made of: the draft, or an issue with its approval."""

    schedule: Schedule
    approved: Approved | None = None

    @property
    def ending(self) -> str:
        """Return what tells a file of an issue from one of the draft."""
        return f"-v{self.approved.version}" if self.approved else ""


def _made_of(viewer: Viewer, found: ScheduledBid) -> MadeOf:
    """Return what ``?issue=`` names, of the issues the viewer may know of; without it the draft.

    Raises NoResultFound.
    """
    token = request.args.get("issue", "")
    if not token:
        return MadeOf(found.schedule)
    for issue in issues_known(viewer, found):
        if issue.request.token == token:
            key = bid_seals.opened_key(found.evaluated.opened.bid)
            return MadeOf(schedule_in(issue, key), approval_of(issue))
    raise NoResultFound
