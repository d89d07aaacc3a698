"""Schedules as Word on the template their authority uses, or on the service's own layout."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import select

from contract_clauses.models import WordTemplate
from contract_clauses.queries.issuing import Issue
from contract_clauses.queries.templates import authority_of_bid, template_in_use, token_of_bid
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.templating import TemplateRefused
from contract_clauses.word import schedule_document
from foundation.database import db

if TYPE_CHECKING:
    from contract_clauses.word.on_template import OnTemplate

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drawn:
    """A schedule as Word, and the template it is on; ``failed``: it had to go on ours instead."""

    document: bytes
    template: WordTemplate | None = None
    failed: str = ""


def sample_on(template: WordTemplate) -> bytes:
    """Return the invented schedule on a template. Raises TemplateRefused."""
    from contract_clauses.word.on_template import schedule_on_template
    from contract_clauses.word.template_sample import sample

    return schedule_on_template(as_written_on(template), sample(), notes=True, departures=True)


def draw_up(
    schedule: Schedule,
    approved: Approved | None,
    *,
    authority_id: int,
    at: datetime | None = None,
    notes: bool = False,
    departures: bool = False,
    pages: Mapping[str, int] | None = None,
    bid: str = "",
) -> Drawn:
    """Return the schedule on the template its authority uses, or used ``at`` a moment.

    Where that fails it is on ours: nobody waits for a contract because of a cover.
    """
    return draw_on(
        template_in_use(authority_id, at), schedule, approved,
        notes=notes, departures=departures, pages=pages, bid=bid,
    )  # fmt: skip


def draw_issue(
    issue: Issue,
    schedule: Schedule,
    approved: Approved | None,
    *,
    notes: bool = False,
    departures: bool = False,
    pages: Mapping[str, int] | None = None,
) -> Drawn:
    """Return an issue on the template that counted when it was approved; one that waits, now."""
    return draw_on(
        template_of_issue(issue) if approved else template_in_use(_authority(issue)),
        schedule, approved, notes=notes, departures=departures, pages=pages,
        bid=token_of_bid(issue.request.bid_id),
    )  # fmt: skip


def template_of_issue(issue: Issue) -> WordTemplate | None:
    """Return the template an issue went out on; None: the service's own layout."""
    if issue.answer is None:
        return None
    return template_in_use(_authority(issue), issue.answer.done_at)


def _authority(issue: Issue) -> int:
    return authority_of_bid(issue.request.bid_id)


def draw_on(
    template: WordTemplate | None,
    schedule: Schedule,
    approved: Approved | None = None,
    *,
    notes: bool = False,
    departures: bool = False,
    pages: Mapping[str, int] | None = None,
    bid: str = "",
) -> Drawn:
    """Return the schedule on this template, or on ours; for many at once the template is one.

    ``bid``: the token of its bid, by which it is known when it comes back.
    """
    failed = ""
    if template is not None:
        from contract_clauses.word.on_template import schedule_on_template

        try:
            document = schedule_on_template(
                as_written_on(template), schedule, approved,
                notes=notes, departures=departures, pages=pages, bid=bid,
            )  # fmt: skip
        except TemplateRefused as error:
            log.warning("Template %s cannot be written on: %s", template.token, error)
            failed = str(error)
        else:
            return Drawn(document, template)
    ours = schedule_document(
        schedule, approved, notes=notes, departures=departures, pages=pages, bid=bid
    )
    return Drawn(ours, None, failed)


def as_written_on(template: WordTemplate) -> OnTemplate:
    # With the library for XML, which only schedules on a template need.
    from contract_clauses.word.on_template import OnTemplate

    return OnTemplate(template.content, template.sha256, dict(template.styles))


def why_not(template: WordTemplate) -> str:
    """Return why schedules cannot be on this template; empty where they can."""
    return _why_not(template.token)


@lru_cache(maxsize=256)
def _why_not(token: str) -> str:
    template = db.session.scalars(select(WordTemplate).where(WordTemplate.token == token)).one()
    try:
        sample_on(template)
    except TemplateRefused as error:
        return str(error)
    return ""
