"""What needs the chair of a panel: what was declined, answers ready to agree, quality to agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask import url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from scoring.queries.panels import HowFar, Panel
from scoring.queries.published import Published
from tenders.models import Tender
from tenders.today import Task


def chaired(
    viewer: Viewer,
    opened: Mapping[int, Tender],
    panels: Mapping[int, Panel],
    far: Mapping[int, HowFar],
    published: Mapping[int, Published],
    away: Collection[int],
    sees_all: Collection[int],
) -> list[Task]:
    """Return what waits for who allocates and who agrees; no statement of its own.

    Nothing of what others marked while he has not locked his own marks.
    """
    found = []
    for known, tender in opened.items():
        panel = panels[known]
        declined = panel.declined(away)
        if declined and viewer.may(Permission.MARK_ALLOCATE, tender_id=known):
            words = f"Decide on {_counted(declined, 'question')} that an evaluator declined"
            found.append(_task(words, "scoring.allocation", tender))
        if not panel.has_to_mark(viewer.person_id):
            needed = published[known].needed
            found += _agreeing(viewer, tender, panel, far[known], needed, away, sees_all)
    return found


def _agreeing(
    viewer: Viewer,
    tender: Tender,
    panel: Panel,
    far: HowFar,
    needed: Mapping[str, int],
    away: Collection[int],
    sees_all: Collection[int],
) -> list[Task]:
    if not viewer.may(Permission.MARK_AGREE, tender_id=tender.id):
        return []
    # Of a bid that is disregarded nothing is agreed any more.
    ready = min(panel.ready(far, needed, away), far.unmarked)
    if ready:
        words = f"Agree a mark for {_counted(ready, 'answer')} that every evaluator has locked"
        return [_task(words, "scoring.moderation", tender)]
    if far.to_agree_quality and tender.id in sees_all:
        words = "Say that quality is agreed: every answer has its mark"
        return [_task(words, "scoring.quality", tender)]
    return []


def _task(words: str, endpoint: str, tender: Tender) -> Task:
    return Task(words, url_for(endpoint, tender=tender.token), tender)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
