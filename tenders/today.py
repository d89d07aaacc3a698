"""What needs an officer today: each thing a sentence, where it is done, and until when.

Each station says what it knows of: app.py names the functions that do, under ``SOURCES``. A source
takes the viewer, the tenders he may see and the time, and returns tasks; it asks as many statements
for two hundred tenders as for one, leaves out what the viewer may not do, and, before the opening
of a tender, knows nothing of its bids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from flask import current_app, url_for
from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from tenders.approving import saved_since_asked
from tenders.dated import notices_of, publish_by, sheets_of, signed_of
from tenders.due_notices import Sheets, notice_wanted
from tenders.models import Approval, Clarification, Tender
from tenders.planning import Topic
from tenders.queries import effective_stage
from tenders.rules.approvals import TWO_PEOPLE, ApprovalKind, ApprovalState
from tenders.rules.clarifications import ClarificationState
from tenders.rules.dates import is_soon
from tenders.rules.lifecycle import Stage
from tenders.rules.timetable import opens_from
from tenders.rules.urgency import urgency_of

SOURCES = "what_needs_an_officer"
NEVER = datetime.max.replace(tzinfo=UTC)
# From how many days before on a closing time is told.
CLOSING_SOON = 3

WAITS = "Waits for a second person"
ASK_AGAIN = "Saved after you asked for a second person: look whether to ask again"
SAVED_SINCE = "; something was saved since"

# Where a second person decides, by what is asked; pages of later stations by name only.
DECIDED_AT: Mapping[ApprovalKind, str] = {
    ApprovalKind.PUBLISH: "tenders.publish",
    ApprovalKind.AMEND: "tenders.amendment",
    ApprovalKind.OPEN_BIDS: "scoring.opening",
    ApprovalKind.CANCEL: "tenders.cancel",
    ApprovalKind.AWARD: "scoring.recommendation",
    ApprovalKind.DESTROY: "records.retention",
}


@dataclass(frozen=True)
class Task:
    """One thing to do. ``words``: a sentence without its full stop; ``due``: None if any day.

    ``day``: where what is due is a day rather than a moment, ``due`` being its end. ``can_wait``:
    nothing else waits for it. ``alike``: the words that all of its kind share, where its own name
    more; ``together``: the page that lists them. ``count``: how many of one tender it stands for.
    """

    words: str
    link: str
    tender: Tender
    due: datetime | None = None
    day: date | None = None
    can_wait: bool = False
    alike: str = ""
    together: str = ""
    count: int = 1


Source = Callable[[Viewer, Sequence[Tender], datetime], Iterable[Task]]


def tasks_for(viewer: Viewer, tenders: Sequence[Tender], moment: datetime) -> list[Task]:
    """Return everything that needs the viewer, the most urgent first; of several that say the same
    of one tender a single line, as urgent as its first."""
    sources: Sequence[Source] = current_app.extensions[SOURCES]
    found = [task for source in sources for task in source(viewer, tenders, moment)]
    in_order = sorted(
        found,
        key=lambda task: (
            urgency_of(task.due, moment, can_wait=task.can_wait),
            task.due or NEVER,
            task.tender.id,
            task.words,
        ),
    )
    return _in_one_line(in_order)


def _in_one_line(tasks: Iterable[Task]) -> list[Task]:
    found: dict[tuple[int, str], Task] = {}
    for task in tasks:
        words = task.alike or task.words
        key = task.tender.id, words
        first = found.get(key)
        if first is None:
            found[key] = task
        else:
            link, count = first.together or first.link, first.count + 1
            found[key] = replace(first, words=words, count=count, link=link)
    return list(found.values())


def end_of(day: date) -> datetime:
    """Return the end of a day in London, which is when what is due on it is late."""
    return datetime.combine(day + timedelta(days=1), time(), clock.LONDON).astimezone(UTC)


def by_stage(viewer: Viewer, tenders: Sequence[Tender], moment: datetime) -> list[Task]:
    """Return what the stage of a published tender asks for: to be watched, to be opened."""
    found: list[Task] = []
    for tender in tenders:
        stage = effective_stage(tender, moment)
        may = _may(viewer, tender)
        if stage is Stage.OPEN and tender.closes_at and may(Permission.TENDER_EDIT):
            if is_soon(tender.closes_at, moment, days=CLOSING_SOON):
                link = url_for("tenders.show", tender=tender.token)
                words = "Bids close soon: nothing can be changed afterwards"
                found.append(Task(words, link, tender, tender.closes_at))
        elif stage is Stage.CLOSED:
            found += _closed(tender, may)
    return found


def plans_and_notices(
    viewer: Viewer, tenders: Sequence[Tender], moment: datetime
) -> Iterable[Task]:
    """Return what the plans of tenders make due: drafts, and the notices after a decision."""
    sheets = sheets_of([tender.id for tender in tenders])
    yield from _drafts(viewer, tenders, moment, sheets)
    yield from _notices(viewer, tenders, sheets)


def _drafts(
    viewer: Viewer, tenders: Sequence[Tender], moment: datetime, sheets: Sheets
) -> list[Task]:
    """Return what the drafts ask for: to be published by the last lawful day, or to be agreed to
    by somebody else, where the viewer asked for that."""
    mine = [
        tender
        for tender in tenders
        if effective_stage(tender, moment) is Stage.DRAFT
        and viewer.may(Permission.TENDER_EDIT, tender_id=tender.id)
    ]
    asked = asked_to_publish(viewer, [tender.id for tender in mine], moment)
    found = []
    for tender in mine:
        plan, duties = (
            sheets.get((tender.id, topic), (0, {}))[1] for topic in (Topic.TIMETABLE, Topic.DUTIES)
        )
        day, link = publish_by(tender, plan, duties), url_for("tenders.show", tender=tender.token)
        words = asked.get(tender.id, "Finish and publish the tender")
        found.append(Task(words, link, tender, end_of(day) if day else None, day))
    return found


def asked_to_publish(viewer: Viewer, tender_ids: Sequence[int], moment: datetime) -> dict[int, str]:
    """Return the drafts for which the viewer waits for a second person, or seems to: words."""
    if not tender_ids:
        return {}
    rows = db.session.execute(
        select(Approval.tender_id, Approval.lapses_at, saved_since_asked())
        .join(Tender, Tender.id == Approval.tender_id)
        .where(
            Approval.tender_id.in_(tender_ids),
            Approval.kind == ApprovalKind.PUBLISH,
            Approval.state == ApprovalState.WAITING,
            Approval.asked_by_id == viewer.person_id,
        )
    )
    return {
        tender_id: ASK_AGAIN if saved else WAITS
        for tender_id, lapses, saved in rows
        if lapses is None or moment < lapses
    }


def _closed(tender: Tender, may: Callable[[Permission], bool]) -> list[Task]:
    due = opens_from(tender.closes_at) if tender.closes_at else None
    if tender.runs_elsewhere and may(Permission.BID_BRING):
        link = url_for("supplier_portal.elsewhere", tender=tender.token)
        return [Task("Bring the bids in from the other portal, then open them", link, tender, due)]
    if may(Permission.BID_OPEN):
        link = url_for("tenders.show", tender=tender.token)
        return [Task("Open the bids", link, tender, due)]
    return []


def approvals(viewer: Viewer, tenders: Sequence[Tender], moment: datetime) -> list[Task]:
    """Return what a colleague asked for and the viewer can agree to."""
    by_id = {tender.id: tender for tender in tenders}
    rows = db.session.execute(
        select(
            Approval.tender_id,
            Approval.kind,
            Approval.asked_at,
            Approval.lapses_at,
            saved_since_asked(),
        )
        .join(Tender, Tender.id == Approval.tender_id)
        .where(
            Approval.tender_id.in_([*by_id]),
            Approval.state == ApprovalState.WAITING,
            Approval.asked_by_id != viewer.person_id,
        )
        .order_by(Approval.id)
    )
    found = []
    for tender_id, kind, asked_at, lapses_at, saved in rows:
        tender, needed = by_id[tender_id], TWO_PEOPLE[kind]
        over = lapses_at is not None and moment >= lapses_at
        if over or not viewer.may(needed.agrees, tender_id=tender_id):
            continue
        link = url_for(DECIDED_AT[kind], tender=tender.token)
        words = f"Agree or refuse, as the second person, to {needed.words}"
        words += SAVED_SINCE if saved else ""
        found.append(Task(words, link, tender, lapses_at or asked_at))
    return found


def clarifications(viewer: Viewer, tenders: Sequence[Tender], moment: datetime) -> list[Task]:
    """Return the questions from suppliers that nobody has answered."""
    open_now = {
        tender.id: tender
        for tender in tenders
        if effective_stage(tender, moment) is Stage.OPEN
        and viewer.may(Permission.CLARIFICATION_ANSWER, tender_id=tender.id)
    }
    if not open_now:
        return []
    rows = db.session.execute(
        select(Clarification.tender_id, func.count())
        .where(
            Clarification.tender_id.in_([*open_now]),
            Clarification.state == ClarificationState.ASKED,
        )
        .group_by(Clarification.tender_id)
    )
    found = []
    for tender_id, count in rows:
        tender = open_now[tender_id]
        words = f"Answer {count} question{'' if count == 1 else 's'} from suppliers"
        link = url_for("tenders.clarifications", tender=tender.token)
        found.append(Task(words, link, tender, tender.closes_at))
    return found


def _notices(viewer: Viewer, tenders: Sequence[Tender], sheets: Sheets) -> list[Task]:
    """Return the notices that follow a decision, a contract or the end of a tender."""
    mine = {
        tender.id: tender
        for tender in tenders
        if tender.published_at and viewer.may(Permission.TENDER_PUBLISH, tender_id=tender.id)
    }
    recorded, signed = notices_of([*mine]), signed_of(mine.values())
    found = []
    for tender in mine.values():
        standing = recorded.get(tender.id, {})
        wanted = notice_wanted(tender, standing, sheets, signed.get(tender.id))
        if wanted is not None:
            words, day = wanted
            due = end_of(day) if day else tender.cancelled_at
            link = url_for("tenders.notices", tender=tender.token)
            found.append(Task(words, link, tender, due, day))
    return found


def _may(viewer: Viewer, tender: Tender) -> Callable[[Permission], bool]:
    return lambda permission: viewer.may(permission, tender_id=tender.id)
