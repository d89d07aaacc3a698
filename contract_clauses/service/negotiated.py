"""Taking in a schedule that came back from the other side as Word, and comparing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses import seals
from contract_clauses.models import NegotiatedSchedule, WordTemplate
from contract_clauses.queries.issuing import Issue, issues_of_bid, last_approved, schedule_in
from contract_clauses.queries.known_issues import made_elsewhere
from contract_clauses.queries.negotiated import (
    ABOUT,
    READ,
    Negotiated,
    kept_of,
    risks_held_down,
)
from contract_clauses.queries.negotiated_risks import reopened_by
from contract_clauses.queries.room import bytes_came_back
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from contract_clauses.queries.templates import authority_of_bid, template_in_use, template_with
from contract_clauses.rules.issuing import Approved
from contract_clauses.rules.negotiated import compare
from contract_clauses.rules.negotiated_figures import weigher
from contract_clauses.rules.negotiated_kept import Kept, as_text
from contract_clauses.rules.negotiated_match import recognised
from contract_clauses.rules.negotiated_origin import Origin, origin_of
from contract_clauses.rules.negotiated_parts import Change, Compared, Known, known_of
from contract_clauses.rules.negotiated_read import Document
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule_kept import sha256_of
from contract_clauses.service.drafting import bid_to_change, note
from contract_clauses.service.drawing import draw_on, template_of_issue
from contract_clauses.word.reading import read_document
from contract_clauses.word.reading_names import names_in
from foundation import clock, files, keys
from foundation.chunks import Source
from foundation.database import db, transaction
from foundation.errors import DomainError
from foundation.tokens import new_token
from foundation.uploads import must_fit, shown_name
from scoring.rules.reopening import Rule, Thing
from scoring.seals import seal_text
from scoring.service.reopening import Opens, reopen_each
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from supplier_portal.service.scanning import ask_for_scan

LONGEST_REMARK = 1000
MOST_VERSIONS = 100
WHOSE = "this negotiation"
# What reopens the risks of a clause.
LOOSENS = frozenset({Change.REWORDED, Change.NUMBER, Change.REMOVED})
NOT_SAID = (
    "The file does not say which version it was made from. Check that it was this one: otherwise "
    "what the other side changed and what we changed since are mixed"
)
OTHER_DRAFT = (
    "The file was made from a draft that has changed since. What we changed since stands here as "
    "if the other side had taken it out"
)
ELSEWHERE = (
    "You cannot add this file here because it was made from {}. Nothing of it is kept. Add it on "
    "the page of that schedule"
)
NOT_TO_BE_SEEN = (
    "You cannot add this file here because it was made from another schedule than this one, and "
    "not from one that you may see. Nothing of it is kept. Ask who sent it which contract it is for"
)


class NotNegotiated(DomainError):
    """A schedule that came back cannot be taken in, or decided on."""


@dataclass(frozen=True)
class CameBack:
    """A file as sent, with a remark, and when the request arrived."""

    name: str
    data: bytes | Source
    remark: str
    arrived_at: datetime


@dataclass(frozen=True)
class _Base:
    """What a document is compared with, and how the cover of that showed its issue."""

    schedule: Schedule
    words: str
    issue: Issue | None = None
    approved: Approved | None = None
    caution: str = ""


def take_in(found: ScheduledBid, new: CameBack, *, by: Viewer) -> NegotiatedSchedule:
    """Keep a schedule that came back, and reopen the risks of clauses that came back otherwise.

    Raises UploadRefused, NotNegotiated and NotDrafted.
    """
    remark = new.remark.strip()
    if len(remark) > LONGEST_REMARK:
        raise NotNegotiated(f"Enter {LONGEST_REMARK:,} characters or fewer", field="remark")
    bid_id = found.evaluated.opened.bid.id
    must_fit(bytes_came_back(bid_id), new.data, whose=WHOSE, field="file")
    data = new.data if isinstance(new.data, bytes) else _whole(new.data)
    document = read_document(new.name, data, field="file")
    _must_be_of_this_bid(found, document, by)
    # Stored before the change that names it: left over, it is ciphertext without a key.
    token, file_key = new_token(), keys.new_data_key()
    stored = files.store(data, key=file_key, context=bid_seals.file_context(token))
    with transaction():
        bid = bid_to_change(found)
        must_fit(bytes_came_back(bid.id), stored.size, whose=WHOSE, field="file")
        now = scheduled_bid(by, found.token, to=Permission.SCHEDULE_EDIT)
        key = bid_seals.opened_key(bid)
        base = _base(now, document, issues_of_bid(bid.id), key)
        kept = Kept(base.schedule, document, _ours(base, document, bid.id))
        about = {
            "name": shown_name(new.name),
            "remark": remark,
            "compared_with": base.words,
            "caution": base.caution,
        }
        row = NegotiatedSchedule(
            token=token,
            bid_id=bid.id,
            number=_next_number(bid, stored.sha256),
            issued_id=base.issue.request.id if base.issue else None,
            sealed_about=seals.seal(ABOUT, token, key, about),
            sealed_read=seal_text(READ, token, key, as_text(kept)),
            sha256=stored.sha256,
            size=stored.size,
            stored_name=stored.name,
            wrapped_key=bid_seals.wrap_file_key(token, key, file_key),
            added_by_id=by.person_id,
            added_at=new.arrived_at,
        )
        db.session.add(row)
        db.session.flush()
        ask_for_scan(stored.name, asked_at=new.arrived_at)
        note("schedule.negotiated", bid, by, version=token, sha256=stored.sha256)
        for change in comparison(now, kept).to_decide:
            if change.change in LOOSENS:
                reopen_risks(now, row, change.name)
    return row


def _must_be_of_this_bid(found: ScheduledBid, document: Document, by: Viewer) -> None:
    """Refuse a file that was made for another bid, before anything of it is stored.

    Another schedule is named to who may see that one; of others nothing is said.
    """
    other = made_elsewhere(found, origin_of(document.made_from), by)
    if other is not None:
        words = ELSEWHERE.format(other.words) if other.words else NOT_TO_BE_SEEN
        raise NotNegotiated(words, field="file")


def _whole(source: Source) -> bytes:
    source.seek(0)
    return source.read()


def _next_number(bid: Bid, sha256: str) -> int:
    last = db.session.scalars(
        select(NegotiatedSchedule)
        .where(NegotiatedSchedule.bid_id == bid.id)
        .order_by(NegotiatedSchedule.number.desc())
        .limit(1)
    ).first()
    if last is None:
        return 1
    if last.sha256 == sha256:
        raise NotNegotiated(
            f"You cannot add this file because it is the very file of number {last.number}",
            field="file",
        )
    if last.number >= MOST_VERSIONS:
        raise NotNegotiated(f"You cannot add more than {MOST_VERSIONS} files", field="file")
    return last.number + 1


def compared(found: ScheduledBid, version: Negotiated) -> Compared:
    """Return how a version differs from what it was made from."""
    return comparison(found, kept_of(found, version.row))


def comparison(found: ScheduledBid, kept: Kept) -> Compared:
    situation = replace(
        found.evaluated.evaluation.situation, answers=found.evaluated.opened.answers
    )
    weigh = weigher(found.library, situation, kept.base)
    return compare(kept.document, kept.base, names_in(kept.base), kept.known, weigh)


def reopen_risks(
    found: ScheduledBid, row: NegotiatedSchedule, clause: str, *, again: int = 0
) -> None:
    """Reopen the risks that a clause holds down and that are not open for it already: once when
    the file comes in, and where somebody looked at them since, when the change is accepted.

    ``again``: the number of the decision that does.
    """
    open_already = {
        risk for risk, one in reopened_by(row).get(clause, {}).items() if one.settled is None
    }
    cause, today = cause_of(row, clause, again), clock.london(clock.now()).date()
    reopen_each(
        row.bid_id,
        [
            Opens(Thing.RISK, risk, Rule.NEGOTIATED, cause, today)
            for risk in risks_held_down(found).get(clause, ())
            if risk not in open_already
        ],
    )


def cause_of(row: NegotiatedSchedule, clause: str, again: int = 0) -> str:
    return f"{row.token}:{clause}:{again}" if again else f"{row.token}:{clause}"


def _base(found: ScheduledBid, document: Document, issues: Sequence[Issue], key: bytes) -> _Base:
    """Return what the document says it was made from; where it does not, the last issue."""
    origin = origin_of(document.made_from)
    last = last_approved(issues)
    for issue in issues:
        if issue.is_approved and issue.request.token == origin.issue:
            later = last is not None and last.version > issue.version
            caution = f"Version {last.version} was issued since" if last and later else ""
            return _of_issue(issue, key, caution)
    if origin.is_draft:
        return _of_draft(found, document, origin)
    if last is not None:
        return _of_issue(last, key, NOT_SAID)
    return replace(_of_draft(found, document, origin), caution=NOT_SAID)


def _of_issue(issue: Issue, key: bytes, caution: str) -> _Base:
    approved = None
    if issue.answer is not None:
        approved = Approved(
            issue.version,
            issue.sha256,
            issue.answer.done_by.name,
            clock.london(issue.answer.done_at).date(),
            issue.request.token,
        )
    words = f"version {issue.version} as issued"
    return _Base(schedule_in(issue, key), words, issue, approved, caution)


def _of_draft(found: ScheduledBid, document: Document, origin: Origin) -> _Base:
    """Return the draft as it stands, dated as the document is, so that its cover is no change."""
    draft = replace(
        found.schedule, parties=replace(found.schedule.parties, prepared_on=_day(document.made_on))
    )
    caution = "" if sha256_of(draft) == origin.sha256 else OTHER_DRAFT
    if not origin.bid and caution:
        caution = f"{OTHER_DRAFT}. It does not say of which bid either: check that it was this one"
    return _Base(draft, "the draft as it stood", caution=caution)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _ours(base: _Base, document: Document, bid_id: int) -> Known:
    """Return what of a document is ours, read off one made afresh on the same template."""
    names = names_in(base.schedule)
    drawn = draw_on(
        _template_of(base, document, bid_id),
        base.schedule,
        base.approved,
        notes=True,
        departures=True,
    )
    made = read_document("schedule.docx", drawn.document)
    return known_of(recognised(made, base.schedule, names), made)


def _template_of(base: _Base, document: Document, bid_id: int) -> WordTemplate | None:
    """Return the template the document says it is on; where it says nothing, the one that counts
    for what it is compared with."""
    authority = authority_of_bid(bid_id)
    if document.template or document.made_from:
        return template_with(authority, document.template) if document.template else None
    return template_of_issue(base.issue) if base.issue else template_in_use(authority)
