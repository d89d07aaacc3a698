"""Issuing the schedule of the successful bid: one person asks, another approves or turns it down.

What is approved is what was asked for, word for word: its text is sealed with its hash when it is
asked for, and never changed. A later issue has the next number.
"""

from __future__ import annotations

from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import IssuedSchedule
from contract_clauses.queries.clause_work import clause_work, unapproved, who_may_be_told
from contract_clauses.queries.deviations import deviation_ways
from contract_clauses.queries.issuing import (
    Issue,
    issues_of_bid,
    last_approved,
    schedule_in,
    waiting,
)
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from contract_clauses.queries.standing import standing_of
from contract_clauses.rules.issuing import (
    CannotIssue,
    Way,
    checked_words,
    in_the_way,
    says_the_same,
    to_issue,
)
from contract_clauses.rules.schedule_kept import as_text
from contract_clauses.service.drafting import bid_to_change, note
from contract_clauses.service.obligations_made import take_up_issue
from contract_clauses.service.ways_open import comment_ways, negotiated_ways
from foundation import clock, mail
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from foundation.tokens import new_token
from scoring.queries.interests import is_kept_from
from scoring.seals import seal_text
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid

ASKED, ANSWERED, PAGE = "schedule.issue_asked", "schedule.issue_answered", "contract_clauses.issue"


def ways_in(found: ScheduledBid) -> tuple[Way, ...]:
    """Return what keeps the schedule of a bid from being issued as it stands."""
    work, standing = clause_work(found), standing_of(found)
    in_general = in_the_way(
        found.schedule,
        found.holds,
        standing.undecided_risks,
        unapproved(work),
        found.stale,
        is_successful=standing.is_successful,
    )
    return (
        *in_general,
        *comment_ways(found, work),
        *deviation_ways(found),
        *negotiated_ways(found),
    )


def ask_to_issue(found: ScheduledBid, sha256: str, words: str, *, by: Viewer) -> IssuedSchedule:
    """Ask for the schedule as it stands to be issued. Raises CannotIssue and NotDrafted.

    ``sha256``: of the text that was shown. Whoever asks takes nothing with him that he did not see.
    """
    said = checked_words(words, "", needed=False)
    with transaction():
        bid = bid_to_change(found)
        now = scheduled_bid(by, found.token, to=Permission.SCHEDULE_EDIT)
        issues = issues_of_bid(bid.id)
        _must_be_issuable(now, issues, bid_seals.opened_key(bid))
        text = text_to_issue(now, issues)
        if sha256_hex(text) != sha256:
            raise CannotIssue(
                "You cannot ask for this issue because the schedule changed since you opened the "
                "page: look at it again"
            )
        token = new_token()
        request = IssuedSchedule(
            token=token,
            bid_id=bid.id,
            number=_next_number(bid),
            sealed_text=seal_text(seals.SCHEDULE, token, bid_seals.opened_key(bid), text),
            sha256=sha256,
            words=said,
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
        db.session.add(request)
        db.session.flush()
        note("schedule.issue_asked", bid, by, issue=token, sha256=sha256)
        _tell_approvers(bid, request, by)
    return request


def text_to_issue(found: ScheduledBid, issues: tuple[Issue, ...]) -> str:
    """Return the text a request made now would keep."""
    version = sum(one.is_approved for one in issues) + 1
    return as_text(to_issue(found.schedule, version))


def approve_issue(found: ScheduledBid, token: str, words: str, *, by: Viewer) -> IssuedSchedule:
    """Approve what somebody else asked for. Raises CannotIssue, also where the draft has changed.

    The contracts there are take up what the issue says.
    """
    said = checked_words(words, "", needed=False)
    with transaction():
        bid = bid_to_change(found)
        issue = _asked(bid, token)
        if issue.request.done_by_id == by.person_id:
            raise CannotIssue(
                "You cannot approve this because you asked for it: somebody else has to"
            )
        now = scheduled_bid(by, found.token, to=Permission.SCHEDULE_ISSUE)
        asked_for = schedule_in(issue, bid_seals.opened_key(bid))
        if not says_the_same(now.schedule, asked_for):
            raise CannotIssue(
                "You cannot approve this because the schedule changed after it was asked for: turn "
                "the request down, and have it asked for again"
            )
        if ways_in(now):
            raise CannotIssue("You cannot approve this yet: see what stands in the way")
        answer = _answer(bid, issue, said, by=by, approved=True)
        note("schedule.issued", bid, by, issue=token, sha256=issue.sha256)
        _tell_asker(bid, answer, issue, "is approved")
        take_up_issue(bid, Issue(issue.request, answer), asked_for, by=by)
    return answer


def turn_down_issue(found: ScheduledBid, token: str, words: str, *, by: Viewer) -> IssuedSchedule:
    """Turn a request down, or take one's own back; with words. Raises CannotIssue."""
    said = checked_words(words, "Enter why", needed=True)
    with transaction():
        bid = bid_to_change(found)
        issue = _asked(bid, token)
        answer = _answer(bid, issue, said, by=by, approved=False)
        note("schedule.issue_turned_down", bid, by, issue=token, words=sha256_hex(said))
        if issue.request.done_by_id != by.person_id:
            _tell_asker(bid, answer, issue, "is turned down")
    return answer


def _must_be_issuable(found: ScheduledBid, issues: tuple[Issue, ...], key: bytes) -> None:
    if waiting(issues) is not None:
        raise CannotIssue("You cannot ask for an issue because one waits for an answer")
    ways = ways_in(found)
    if ways:
        raise CannotIssue("You cannot ask for an issue yet: see what stands in the way")
    last = last_approved(issues)
    if last is not None and says_the_same(found.schedule, schedule_in(last, key)):
        raise CannotIssue(
            f"You cannot ask for an issue because version {last.version} says the same"
        )


def _asked(bid: Bid, token: str) -> Issue:
    found = waiting(issues_of_bid(bid.id))
    if found is None or found.request.token != token:
        raise CannotIssue("You cannot decide on this because it was answered already")
    return found


def _answer(bid: Bid, issue: Issue, words: str, *, by: Viewer, approved: bool) -> IssuedSchedule:
    answer = IssuedSchedule(
        token=new_token(),
        bid_id=bid.id,
        number=_next_number(bid),
        answers_id=issue.request.id,
        approved=approved,
        sha256=issue.sha256,
        words=words,
        done_by_id=by.person_id,
        done_at=clock.now(),
    )
    db.session.add(answer)
    db.session.flush()
    return answer


def _next_number(bid: Bid) -> int:
    last = db.session.scalar(
        select(func.max(IssuedSchedule.number)).where(IssuedSchedule.bid_id == bid.id)
    )
    return (last or 0) + 1


def _tell_approvers(bid: Bid, request: IssuedSchedule, by: Viewer) -> None:
    told = [
        member.email
        for member in who_may_be_told(bid, Permission.SCHEDULE_ISSUE)
        if member.person_id != by.person_id
    ]
    mail.post(
        ASKED,
        request.token,
        told,
        f"{bid.tender.reference}: a contract schedule waits for approval",
        f"A colleague asks for the contract schedule of “{bid.tender.title}” to be issued. "
        "Somebody else has to approve it or turn it down.\n\n"
        f"Read it: {mail.link(PAGE, bid=bid.token)}\n",
    )


def _tell_asker(bid: Bid, answer: IssuedSchedule, issue: Issue, what: str) -> None:
    if is_kept_from(issue.request.done_by_id, bid):
        return
    mail.post(
        ANSWERED,
        answer.token,
        [issue.request.done_by.email],
        f"{bid.tender.reference}: the issue of the contract schedule {what}",
        f"The issue of the contract schedule of “{bid.tender.title}” that you asked for {what}."
        f"\n\nRead it: {mail.link(PAGE, bid=bid.token)}\n",
    )
