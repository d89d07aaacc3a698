"""Issuing the schedule of the successful bid, its versions, and how they differ."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from accounts.access import refuse, requires, signed_in_user
from accounts.again import asks_again
from accounts.rules.roles import Permission
from contract_clauses import service
from contract_clauses.contract_forms import APPROVE, AnswerForm, AskForm
from contract_clauses.queries import ScheduledBid
from contract_clauses.queries.contracts import contract_of_bid
from contract_clauses.queries.issuing import (
    Issue,
    issue_named,
    issues_of_bid,
    last_approved,
    schedule_in,
    waiting,
)
from contract_clauses.rules.issuing import Approved, Way, changes, says_the_same
from contract_clauses.rules.parts import DRAFT, Schedule
from contract_clauses.service.drawing import draw_issue
from contract_clauses.service.issuing import (
    approve_issue,
    ask_to_issue,
    text_to_issue,
    turn_down_issue,
    ways_in,
)
from contract_clauses.views.base import as_word, pages, schedule_of_result, shown_beside
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.errors import DomainError
from scoring.queries.own_registers import has_own_registers
from supplier_portal import seals as bid_seals
from tenders.rules.lifecycle import Stage

ADDRESS = "/schedules/<token:bid>/issue"


@pages.get(ADDRESS)
@requires(Permission.SCHEDULE_READ)
def issue(bid: str) -> ResponseReturnValue:
    """Whoever asks, approves or reads finds the same page."""
    return _page(schedule_of_result(bid, Permission.SCHEDULE_READ))


@pages.post(ADDRESS)
@requires(Permission.SCHEDULE_EDIT)
@asks_again
def ask_issue(bid: str) -> ResponseReturnValue:
    found = schedule_of_result(bid, Permission.SCHEDULE_EDIT)
    form = AskForm()
    if form.validate_on_submit():
        try:
            ask_to_issue(found, form.sha256.data or "", form.words.data or "", by=signed_in_user())
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash("Asked for; those who can approve it were told")
            return redirect(url_for(".issue", bid=bid))
    return _page(schedule_of_result(bid, Permission.SCHEDULE_EDIT), asking=form), 422


@pages.post(ADDRESS + "/decision")
@requires(Permission.SCHEDULE_READ)
@asks_again
def answer_issue(bid: str) -> ResponseReturnValue:
    """Approve, turn down, or take one's own request back."""
    viewer = signed_in_user()
    found = schedule_of_result(bid, Permission.SCHEDULE_READ)
    is_mine = _is_mine(waiting(issues_of_bid(found.evaluated.opened.bid.id)))
    if not is_mine and not viewer.may(Permission.SCHEDULE_ISSUE, tender_id=found.tender.id):
        refuse(viewer, Permission.SCHEDULE_ISSUE)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            words = _answer(found, form)
        except DomainError as error:
            form.add_error(str(error), error.field)
        else:
            flash(words)
            return redirect(url_for(".issue", bid=bid))
    return _page(schedule_of_result(bid, Permission.SCHEDULE_READ), answering=form), 422


@pages.get("/schedules/<token:bid>/issues/<token:issue>/schedule.docx")
@requires(Permission.DOCUMENT_DOWNLOAD)
def issued_document(bid: str, issue: str) -> ResponseReturnValue:
    """An issue as Word: approved with its version and hash; one that waits is a draft."""
    found = schedule_of_result(bid, Permission.DOCUMENT_DOWNLOAD)
    wanted = issue_named(found, issue)
    key = bid_seals.opened_key(found.evaluated.opened.bid)
    name = found.evaluated.name
    return issue_as_word(wanted, schedule_in(wanted, key), name, **shown_beside())


@pages.get("/schedules/<token:bid>/issues/<token:issue>")
@requires(Permission.SCHEDULE_READ)
def issue_changes(bid: str, issue: str) -> ResponseReturnValue:
    """How an issue differs from the version before it."""
    found = schedule_of_result(bid, Permission.SCHEDULE_READ)
    wanted, key = issue_named(found, issue), bid_seals.opened_key(found.evaluated.opened.bid)
    issues = issues_of_bid(found.evaluated.opened.bid.id)
    earlier = last_approved(one for one in issues if one.request.number < wanted.request.number)
    return render_template(
        "contract_clauses/issue_changes.html",
        bid=found,
        issue=wanted,
        earlier=earlier,
        changes=changes(schedule_in(earlier, key), schedule_in(wanted, key)) if earlier else (),
    )


def issue_as_word(
    issue: Issue, schedule: Schedule, name: str, *, notes: bool = False, departures: bool = False
) -> Response:
    """Return an issue as Word; drafting notes and departures are for the buying side alone."""
    approved = None
    if issue.answer is not None and issue.is_approved:
        approved = Approved(
            issue.version,
            issue.sha256,
            issue.answer.done_by.name,
            clock.london(issue.answer.done_at).date(),
            issue.request.token,
        )
    else:
        schedule = replace(schedule, status=DRAFT)
    drawn = draw_issue(issue, schedule, approved, notes=notes, departures=departures)
    return as_word(drawn.document, name, f"schedule-{f'v{issue.version}' if approved else 'draft'}")


def _is_mine(asked: Issue | None) -> bool:
    return asked is not None and asked.request.done_by_id == signed_in_user().person_id


def _answer(found: ScheduledBid, form: AnswerForm) -> str:
    viewer, token, words = signed_in_user(), form.issue.data or "", form.words.data or ""
    if form.decision.data == APPROVE:
        approve_issue(found, token, words, by=viewer)
        return "Approved: the schedule is issued"
    turn_down_issue(found, token, words, by=viewer)
    return "Turned down: it is no longer asked for"


def _where(found: ScheduledBid, way: Way) -> str:
    """Return the page on which something in the way is settled, or stands; "" where none does."""
    bid, target = found.token, way.target
    may_edit = signed_in_user().may(Permission.SCHEDULE_EDIT, tender_id=found.tender.id)
    clause, _, variable = target.partition(":")
    match way.kind:
        case "value" if may_edit and _can_be_filled(found, clause, variable):
            return url_for(".fill", bid=bid, clause=clause, variable=variable)
        case "deviation":
            return url_for(".deviation", bid=bid, clause=clause, variable=variable)
        case "words" if may_edit:
            return url_for(".redraft", bid=bid, clause=clause)
        case "value" | "clause" | "words":
            return url_for(".clause", bid=bid, clause=clause)
        case "check" if may_edit:
            return url_for(".release", bid=bid, check=target)
        case "negotiated":
            return url_for(".negotiated_version", bid=bid, version=target)
        case "risk":
            return _risk_page(found, target)
    return ""


def _can_be_filled(found: ScheduledBid, clause: str, variable: str) -> bool:
    topic = found.library.topics.get(clause)
    return topic is not None and variable in topic.variables


def _risk_page(found: ScheduledBid, risk_id: str) -> str:
    token = next((risk.row.token for risk in found.evaluated.risks if risk.risk_id == risk_id), "")
    if not token:
        return ""
    if has_own_registers(found.tender):
        return url_for("scoring.own_risk", tender=found.tender.token, risk=token)
    return url_for("scoring.risk", risk=token)


def _page(
    found: ScheduledBid, *, asking: AskForm | None = None, answering: AnswerForm | None = None
) -> str:
    viewer, bid = signed_in_user(), found.evaluated.opened.bid
    issues = issues_of_bid(bid.id)
    asked, last = waiting(issues), last_approved(issues)
    text = text_to_issue(found, issues)
    sha256 = sha256_hex(text)
    if asking is not None:
        # Sent again, it asks for what is shown now.
        asking.sha256.data, asking.sha256.raw_data = sha256, [sha256]
    key = bid_seals.opened_key(bid)
    return render_template(
        "contract_clauses/issue.html",
        bid=found,
        schedule=found.schedule,
        issues=issues,
        asked=asked,
        last=last,
        same_as_last=last is not None and says_the_same(found.schedule, schedule_in(last, key)),
        same_as_asked=asked is None or says_the_same(found.schedule, schedule_in(asked, key)),
        ways=[(way, _where(found, way)) for way in ways_in(found)],
        sha256=sha256,
        asking=asking or AskForm(formdata=None, data={"sha256": sha256}),
        answering=answering
        or AnswerForm(formdata=None, data={"issue": asked.request.token if asked else ""}),
        submitted=asking or answering,
        is_mine=_is_mine(asked),
        may_ask=viewer.may(Permission.SCHEDULE_EDIT, tender_id=bid.tender_id)
        and bid.tender.stage in service.DRAFTED_AT,
        may_approve=viewer.may(Permission.SCHEDULE_ISSUE, tender_id=bid.tender_id),
        may_download=viewer.may(Permission.DOCUMENT_DOWNLOAD, tender_id=bid.tender_id),
        contract=contract_of_bid(viewer, bid),
        may_record=bid.tender.stage is Stage.AWARDED
        and viewer.may(Permission.CONTRACT_KEEP, tender_id=bid.tender_id),
    )
