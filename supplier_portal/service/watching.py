"""Watching the library of a company: that documents run out, told to its own people alone.

What a library holds is sealed, also from whoever reads the database. So a task says neither which
document it is nor its day, only in which week it was noticed; the page of the task reads the rest
from the library, for people of the company.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation import clock
from foundation.database import db
from supplier_portal import seals
from supplier_portal.models import CompanyKey, Document
from supplier_portal.rules.library import DocumentFacts
from tenders.models import GivenTask
from tenders.rules.tasks import ONCE, RUNS_OUT
from tenders.service.tasks import Wanted, keep_tasks
from tenders.tasks import Place, TaskKind

RUNS_OUT_IN_LIBRARY = "library-runs-out"
NOTHING_LEFT = "Nothing in the library runs out soon any more, or a newer task says what does."
AHEAD = timedelta(days=max(RUNS_OUT))


def watch_libraries(first: date, last: date) -> None:
    """Notice in which libraries a document came 60, 30 or 7 days near its last day, or to it."""
    wanted = []
    open_ones = _open_tasks()
    for company_id in db.session.scalars(select(CompanyKey.supplier_id)).all():
        days = [facts.expires for facts in _facts(company_id) if facts.expires is not None]
        weeks = {on - timedelta(days=on.weekday()) for on in _told_on(days, first, last)}
        # A task stays while something still runs out; one that is newer takes its place.
        near = any(day - last <= AHEAD for day in days)
        weeks |= open_ones.get(company_id, set()) if near else set()
        if weeks:
            wanted.append(
                Wanted(company_id, None, RUNS_OUT_IN_LIBRARY, str(company_id), max(weeks))
            )
    keep_tasks([RUNS_OUT_IN_LIBRARY], wanted, NOTHING_LEFT)


def _told_on(days: Iterable[date], first: date, last: date) -> Iterable[date]:
    """Yield the days from ``first`` to ``last`` on which something came so near."""
    for day in days:
        for step in RUNS_OUT:
            on = day - timedelta(days=step)
            if first <= on <= last:
                yield on


def _open_tasks() -> dict[int, set[date]]:
    rows = db.session.execute(
        select(GivenTask.organisation_id, GivenTask.due_on).where(
            GivenTask.kind == RUNS_OUT_IN_LIBRARY, GivenTask.done_at.is_(None)
        )
    )
    found: dict[int, set[date]] = {}
    for company_id, week in rows:
        found.setdefault(company_id, set()).add(week)
    return found


def _facts(company_id: int) -> list[DocumentFacts]:
    key = seals.company_key(company_id)
    if key is None:
        return []
    rows = db.session.scalars(
        select(Document).where(Document.supplier_id == company_id, Document.retired_at.is_(None))
    )
    return [
        DocumentFacts.stored(seals.open_company(f"document:{row.token}", key, row.sealed_about))
        for row in rows
    ]


def _named(viewer: Viewer, _task: GivenTask) -> str:
    """Return what runs out soon, as the library has it now, for people of the company."""
    today = clock.london(clock.now()).date()
    soon = sorted(
        (facts.expires, facts.title)
        for facts in _facts(viewer.organisation_id)
        if facts.expires is not None and facts.expires - today <= AHEAD
    )
    return "; ".join(f"{title}, {clock.show_date(day)}" for day, title in soon)


def _library(_task: GivenTask) -> Place:
    return "supplier_portal.library", {}


KINDS: Mapping[str, TaskKind] = MappingProxyType(
    {
        RUNS_OUT_IN_LIBRARY: TaskKind(
            "Something in your evidence library runs out soon",
            "A document of your library came within 60, 30 or 7 days of its last day, or to it. "
            "Add the newer file there, and drafts that name it are offered it. Nobody outside your "
            "company is told.",
            _library,
            ONCE,
            _named,
            frozenset({Permission.EVIDENCE_WRITE}),
        )
    }
)
