"""The blueprint of the pages of clauses."""

from __future__ import annotations

import re
from typing import TypedDict

from flask import Blueprint, Response, request
from sqlalchemy.exc import NoResultFound

from accounts.access import signed_in_user
from accounts.rules.roles import Permission
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from scoring.queries.ranked import EVALUATED_AT, must_be_shown_ranking

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

pages = Blueprint("contract_clauses", __name__, template_folder="../templates")


def schedule_of_result(bid: str, to: Permission) -> ScheduledBid:
    """Return the schedule of a bid for pages that tell with whom there is to be a contract. Until
    the results are released they are for those alone who may see the ranking.

    Raises NoResultFound, MustDeclareFirst, KeptAway and OwnMarksFirst.
    """
    viewer = signed_in_user()
    found = scheduled_bid(viewer, bid, to=to)
    if found.tender.stage in EVALUATED_AT:
        if not viewer.may(Permission.MARK_READ, tender_id=found.tender.id):
            raise NoResultFound
        must_be_shown_ranking(viewer, found.tender)
    return found


class Beside(TypedDict):
    """What stands beside the words of a schedule: see ``schedule_document``."""

    notes: bool
    departures: bool


def shown_beside() -> Beside:
    """Return what was asked for."""
    asked = request.args.getlist("with")
    return Beside(notes="notes" in asked, departures="departures" in asked)


def as_word(document: bytes, of: str, kind: str) -> Response:
    """Return a Word document to be saved under the name of whom it is about."""
    response = Response(document, mimetype=DOCX)
    name = re.sub(r"[^a-z0-9]+", "-", of.casefold()).strip("-") or "supplier"
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}-{kind}.docx")
    return response
