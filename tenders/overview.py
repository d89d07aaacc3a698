"""What the officer's pages say about a tender: its state, what is left to do, what comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.clock import show_moment
from question_bank.rules.kinds import is_empty
from tenders import (
    approving,
    award,
    evaluation,
    notices,
    planned,
    planning,
    planning_pages,
    price_schedule,
    tried,
)
from tenders.custodians import custodians_of
from tenders.invited import invited_to
from tenders.models import Tender
from tenders.queries import effective_stage, questionnaire_of
from tenders.rules.approvals import ApprovalKind
from tenders.rules.lifecycle import BIDS_READABLE, Stage
from tenders.rules.opening import PARTS
from tenders.rules.readiness import NOT_ASKED_FOR, must_fix
from tenders.rules.timetable import time_left
from tenders.service import plan_of
from tenders.service.opening import opening_missing
from tenders.stated import progress, statement_of
from tenders.today import WAITS

# Pages of later stations, known by name only; they exist once their station is plugged in.
OPEN_BIDS = "scoring.opening"
BIDS = "scoring.bids"
ELSEWHERE = "supplier_portal.elsewhere"
OPEN_DATA = "records.open_data"
OF_THE_PLAN = {
    *planning_pages.LAW,
    award.TOPIC,
    evaluation.TOPIC,
    price_schedule.TOPIC,
    planning.TEAM,
}


@dataclass(frozen=True)
class Item:
    """A line of the checklist of a draft."""

    title: str
    endpoint: str
    status: str
    is_done: bool


@dataclass(frozen=True)
class Action:
    """The one main button of a page; ``is_change`` tells a form from a link."""

    label: str
    address: str
    is_change: bool = False


def closing(tender: Tender, moment: datetime) -> str:
    """Return when the tender closes, in words and with the time left."""
    if tender.cancelled_at is not None:
        return f"Cancelled on {show_moment(tender.cancelled_at)}"
    if tender.closes_at is None:
        return "Closing time not set"
    when = show_moment(tender.closes_at)
    if moment >= tender.closes_at:
        return f"Closed on {when}" if tender.published_at else f"Would have closed on {when}"
    return f"Closes on {when}, {time_left(tender.closes_at, moment)}"


def state_in_words(tender: Tender, moment: datetime) -> str:
    """Return one line that says where the tender stands. It never knows of bids."""
    stage = effective_stage(tender, moment)
    match stage:
        case Stage.DRAFT:
            return "Draft. Suppliers cannot see it."
        case Stage.OPEN:
            where = "Open on another portal" if tender.runs_elsewhere else "Open"
            return f"{where}. {closing(tender, moment)}."
        case Stage.CLOSED:
            return f"{closing(tender, moment)}. {_what_waits(tender)}"
        case _ if tender.opened_at:
            return f"{stage.capitalize()}. Bids opened on {show_moment(tender.opened_at)}."
        case _:
            return f"{stage.capitalize()}."


def _what_waits(tender: Tender) -> str:
    if tender.runs_elsewhere:
        return "An officer brings in the bids from the other portal, then two officers open them."
    return "What was sent is sealed until two officers open it together."


def checklist(tender: Tender, moment: datetime) -> list[Item]:
    """Return what a draft goes through before it is published."""
    plan = plan_of(tender)
    ready = not must_fix(plan, moment)
    wanted = [name for name in plan.fact_specs if name not in NOT_ASKED_FOR]
    entered = sum(not is_empty(plan.facts.get(name)) for name in wanted)
    timed = tender.closes_at is not None and tender.closes_at > moment
    count = len(questionnaire_of(tender).questions)
    outcome, is_complete = progress(statement_of(tender))
    sheets = planning.sheets(tender)
    priced, noticed = award.progress(tender, sheets), notices.progress(tender, moment)
    return [
        Item("Start with the outcome", "tenders.outcome", outcome, is_complete),
        Item(
            "Title, questions and closing time",
            "tenders.edit",
            "Completed" if timed else "Closing time needed",
            timed,
        ),
        Item(
            "Facts about the contract",
            "tenders.facts",
            "Completed" if entered == len(wanted) else f"{entered} of {len(wanted)} entered",
            entered == len(wanted),
        ),
        Item("Plan the procurement", "tenders.planning", *planning_pages.progress(tender, sheets)),
        Item("Divide into lots, or not", "tenders.lots", *_divided(tender)),
        Item("How suppliers may bid", "tenders.bidding", *_bidding(tender)),
        Item("Invite suppliers", "tenders.invitations", *_inviting(tender)),
        Item("How the bids are opened", "tenders.opening", *_opening(tender)),
        Item("Build the questionnaire", "tenders.build", *_built(tender)),
        Item("Look through the questions", "tenders.questions", f"{count} questions", True),
        Item("Price, ties and rounding", "tenders.award", *priced),
        *(Item(*line) for line in tried.lines(tender)),
        Item("Price schedule", "tenders.price_schedule", *price_schedule.progress(tender)),
        Item(
            "Evaluators and questions to bidders",
            "tenders.evaluation",
            *evaluation.progress(sheets),
        ),
        Item("Notices", "tenders.notices", *noticed),
        *_open_data(sheets),
        Item(
            "Check and publish",
            "tenders.publish",
            *_publishing(tender, ready and priced[1] and noticed[1]),
        ),
    ]


def _publishing(tender: Tender, ready: bool) -> tuple[str, bool]:
    """Return whether the draft can be published, or waits for a second person already."""
    for approval, _name, saved in approving.waiting_on(tender):
        if approval.kind is ApprovalKind.PUBLISH:
            return "Saved since it was asked for" if saved else WAITS, False
    # Not “ready”: nothing may be planned yet, and much be left to think about on the page itself.
    return ("Nothing forbids it yet", True) if ready else ("Something is missing", False)


def _open_data(sheets: Collection[str]) -> list[Item]:
    """Return the line about the public page and details for notices, where that is plugged in."""
    if OPEN_DATA not in current_app.view_functions:
        return []
    count = sum(topic not in OF_THE_PLAN for topic in sheets)
    status = f"{count} {'page' if count == 1 else 'pages'} begun" if count else "Not begun"
    return [Item("Open data and details for notices", OPEN_DATA, status, bool(count))]


def _divided(tender: Tender) -> tuple[str, bool]:
    """Return whether it is decided if what is bought is divided into lots."""
    if tender.lot_number is not None:
        return f"Lot {tender.lot_number}", True
    return ("Not divided", True) if tender.undivided_because else ("To decide", False)


def _bidding(tender: Tender) -> tuple[str, bool]:
    """Return what is decided about bidding; whatever nobody decided has a plain default."""
    if tender.runs_elsewhere:
        return "On another portal", True
    if tender.questions_until is None:
        return "Questions until bids close", True
    fits = tender.closes_at is None or tender.questions_until < tender.closes_at
    return ("Decided", True) if fits else ("Questions close too late", False)


def _inviting(tender: Tender) -> tuple[str, bool]:
    """Return who is invited; only a tender for invited companies needs anybody to be."""
    count = invited_to(tender).count
    if tender.runs_elsewhere:
        return "On another portal", True
    if count:
        return f"{count:,} invited", True
    return ("Open to any company", True) if tender.registration_open else ("Nobody invited", False)


def _opening(tender: Tender) -> tuple[str, bool]:
    """Return who opens the bids; a strict opening needs every part to be taken."""
    if not tender.opens_strictly:
        return "Two officers together", True
    taken = sum(one.has_taken for one in custodians_of(tender))
    return f"{taken} of {PARTS} parts taken", not opening_missing(tender)


def _built(tender: Tender) -> tuple[str, bool]:
    """Return how the questionnaire of a draft stands, and whether nothing of it is wrong."""
    if planned.of_draft(tender).problems:
        return "Something must be put right", False
    return "Tailored" if planned.is_tailored(tender) else "As the set of questions has it", True


def main_action(tender: Tender, viewer: Viewer, moment: datetime) -> Action | None:
    """Return the one thing to do next on this tender, if the viewer may do it."""
    stage = effective_stage(tender, moment)

    def may(permission: Permission) -> bool:
        return viewer.may(permission, tender_id=tender.id)

    if stage is Stage.DRAFT and may(Permission.TENDER_EDIT):
        return _next_of_draft(tender, moment)
    if stage is Stage.CLOSED and tender.runs_elsewhere and may(Permission.BID_BRING):
        return _of_later_station("Bring the bids in", ELSEWHERE, tender)
    if stage is Stage.CLOSED and may(Permission.BID_OPEN):
        return _of_later_station("Open the bids", OPEN_BIDS, tender)
    if stage in BIDS_READABLE and may(Permission.MARK_READ):
        return _of_later_station("Go to the bids", BIDS, tender)
    return None


def _next_of_draft(tender: Tender, moment: datetime) -> Action:
    """Facts are advice, so only a tender without any is sent to their page first."""
    if tender.closes_at is None or tender.closes_at <= moment:
        return Action("Set the closing time", url_for("tenders.edit", tender=tender.token))
    if not tender.facts:
        return Action("Enter the facts", url_for("tenders.facts", tender=tender.token))
    return Action("Check and publish", url_for("tenders.publish", tender=tender.token))


def _of_later_station(label: str, endpoint: str, tender: Tender) -> Action | None:
    if endpoint not in current_app.view_functions:
        return None
    return Action(label, url_for(endpoint, tender=tender.token))
