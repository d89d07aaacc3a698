"""Issues of a schedule: what was asked for, what was approved of it, and its text as sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload

from contract_clauses import seals
from contract_clauses.models import IssuedSchedule
from contract_clauses.queries.schedules import ScheduledBid
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule_kept import read_kept
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db
from foundation.keys import SealBroken
from scoring.seals import open_text


@dataclass(frozen=True)
class Issue:
    """A request to issue a schedule with the answer to it. ``version`` counts what was approved,
    from 1; 0 for what was not."""

    request: IssuedSchedule
    answer: IssuedSchedule | None = None
    version: int = 0

    @property
    def is_waiting(self) -> bool:
        return self.answer is None

    @property
    def is_approved(self) -> bool:
        return self.answer is not None and bool(self.answer.approved)

    @property
    def sha256(self) -> str:
        return self.request.sha256


def issues_of(bid_ids: Iterable[int]) -> dict[int, tuple[Issue, ...]]:
    """Return the issues of each bid, the first first, in one statement and without their text."""
    rows = db.session.scalars(
        select(IssuedSchedule)
        .options(joinedload(IssuedSchedule.done_by, innerjoin=True))
        .where(IssuedSchedule.bid_id.in_(list(bid_ids)))
        .order_by(IssuedSchedule.bid_id, IssuedSchedule.number)
    ).all()
    answers = {row.answers_id: row for row in rows if row.answers_id is not None}
    found: dict[int, tuple[Issue, ...]] = {}
    for row in rows:
        if row.answers_id is not None:
            continue
        answer, before = answers.get(row.id), found.get(row.bid_id, ())
        approved = sum(one.is_approved for one in before)
        version = approved + 1 if answer is not None and answer.approved else 0
        found[row.bid_id] = (*before, Issue(row, answer, version))
    return found


def issues_of_bid(bid_id: int) -> tuple[Issue, ...]:
    return issues_of([bid_id]).get(bid_id, ())


def issue_named(found: ScheduledBid, token: str) -> Issue:
    """Return an issue of a bid, asked for or approved. Raises NoResultFound."""
    for one in issues_of_bid(found.evaluated.opened.bid.id):
        if one.request.token == token:
            return one
    raise NoResultFound


def last_approved(issues: Iterable[Issue]) -> Issue | None:
    """Return the issue that counts."""
    return next((one for one in reversed(tuple(issues)) if one.is_approved), None)


def approval_of(issue: Issue) -> Approved | None:
    """Return what a document says of the approval; None for an issue that nobody approved."""
    if issue.answer is None or not issue.is_approved:
        return None
    return Approved(
        issue.version,
        issue.sha256,
        issue.answer.done_by.name,
        clock.london(issue.answer.done_at).date(),
        issue.request.token,
    )


def waiting(issues: Iterable[Issue]) -> Issue | None:
    return next((one for one in issues if one.is_waiting), None)


def text_of(issue: Issue, key: bytes) -> str:
    """Return the text of an issue. Raises SealBroken where it is not the one its hash names."""
    sealed = issue.request.sealed_text
    if sealed is None:
        raise SealBroken("A request to issue a schedule has no text")
    text = open_text(seals.SCHEDULE, issue.request.token, key, sealed)
    if sha256_hex(text) != issue.sha256:
        raise SealBroken("The text of an issued schedule is not the one its hash names")
    return text


def schedule_in(issue: Issue, key: bytes) -> Schedule:
    """Return the schedule as it was asked for, word for word. Raises SealBroken."""
    return read_kept(json.loads(text_of(issue, key)))
