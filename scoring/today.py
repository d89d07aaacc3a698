"""What needs an officer once bids are opened: late bids, checks, marks, results."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from flask import url_for
from sqlalchemy import func, select

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.database import db
from scoring.models import ExclusionParty, LateDecision, Mark
from scoring.queries.exclusions import today
from scoring.queries.interests import barrier_in, standings_in
from scoring.queries.panels import HowFar, Panel, how_far, panels_of
from scoring.queries.published import Published, published_in
from scoring.queries.settled import unsettled_in
from scoring.queries.standing_rows import count_undecided
from scoring.rules.interests import Standing
from scoring.today_deciding import decided
from scoring.today_panel import chaired
from supplier_portal.models import Bid, LateSubmission
from supplier_portal.rules.barriers import Barrier
from supplier_portal.rules.stages import READABLE
from tenders.models import Tender
from tenders.rules.lifecycle import Stage
from tenders.today import Task

AT_WORK = (Stage.OPENED, Stage.EVALUATING)
# Whose work cannot begin before they have declared; others are asked when they come.
WORKS_ON_BIDS = (Permission.MARK_WRITE, Permission.MARK_AGREE, Permission.COMPLIANCE_DECIDE)


def after_opening(viewer: Viewer, tenders: Sequence[Tender], _moment: datetime) -> list[Task]:
    """Return what is to be declared, decided, marked or agreed of opened bids.

    As many statements for two hundred tenders as for one, none where no bids are opened. Nothing
    is counted of a bid the viewer is kept away from, and nothing at all while he has not
    declared.
    """
    at_work = {
        tender.id: tender
        for tender in tenders
        if tender.opened_at is not None
        and tender.stage in AT_WORK
        and tender.content_destroyed_at is None
    }
    if not at_work:
        return []
    stands = standings_in(at_work)
    barriers = {known: barrier_in(stands, viewer, one) for known, one in at_work.items()}
    opened = {
        known: one
        for known, one in at_work.items()
        if not (barriers[known].must_declare or barriers[known].from_all)
    }
    away = frozenset(bid for barrier in barriers.values() for bid in barrier.bids)
    panels, far = panels_of(opened), how_far(opened, away)
    published = published_in(opened.values())
    sees_all = {known for known in opened if barriers[known].is_open}
    _left(far, published, sees_all)
    alone = {known for known in opened if panels[known].has_to_mark(viewer.person_id)}
    return [
        *_interests(viewer, at_work, stands, barriers),
        *_late(viewer, opened, away),
        *_unchecked(viewer, opened, away),
        *_marks(viewer, opened, away, panels, far),
        *chaired(viewer, opened, panels, far, published, away, sees_all),
        *decided(viewer, opened, far, away, sees_all - alone, published),
    ]


def _left(
    far: Mapping[int, HowFar], published: Mapping[int, Published], sees_all: Collection[int]
) -> None:
    """Count what keeps quality from being agreed and prices from being opened, where every answer
    has its mark and prices are still shut."""
    wanted = {
        known
        for known in sees_all
        if far[known].all_agreed and (not far[known].quality_agreed or far[known].prices_to_open)
    }
    if not wanted:
        return
    for known, count in count_undecided({one: published[one].least for one in wanted}).items():
        far[known].undecided = count
    checked = [one for one in wanted if published[one].checks]
    for known, count in unsettled_in(checked, today()).items():
        far[known].unchecked = count


def _interests(
    viewer: Viewer,
    at_work: dict[int, Tender],
    stands: Mapping[tuple[int, int], Standing],
    barriers: Mapping[int, Barrier],
) -> list[Task]:
    """Return where the viewer has to declare, and where he decides on what others declared."""
    found = []
    for tender_id, tender in at_work.items():
        may = partial(viewer.may, tender_id=tender_id)
        if barriers[tender_id].must_declare and any(map(may, WORKS_ON_BIDS)):
            found.append(_task("Declare whether you have an interest", "scoring.interests", tender))
        waiting = sum(
            one.waits_for_decision
            for (known, person), one in stands.items()
            if known == tender_id and person != viewer.person_id
        )
        if waiting and barriers[tender_id].is_open and may(Permission.INTEREST_DECIDE):
            people = "1 person" if waiting == 1 else f"{waiting} people"
            words = f"Decide on the interests of {people}"
            found.append(_task(words, "scoring.interests_declared", tender))
    return found


def _late(viewer: Viewer, opened: dict[int, Tender], away: frozenset[int]) -> list[Task]:
    """Return late bids nobody decided on; of each company its last."""
    later = (
        select(LateSubmission.bid_id, func.max(LateSubmission.number).label("number"))
        .group_by(LateSubmission.bid_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Bid.tender_id, func.count())
        .join(LateSubmission, LateSubmission.bid_id == Bid.id)
        .join(
            later,
            (later.c.bid_id == LateSubmission.bid_id) & (later.c.number == LateSubmission.number),
        )
        .outerjoin(LateDecision, LateDecision.late_submission_id == LateSubmission.id)
        .where(Bid.tender_id.in_([*opened]), Bid.id.not_in(away), LateDecision.id.is_(None))
        .group_by(Bid.tender_id)
    )
    return [
        _task(
            f"Decide on {_counted(count, 'late bid')} before results are released",
            "scoring.late",
            opened[tender_id],
        )
        for tender_id, count in rows
        if viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=tender_id)
    ]


def _unchecked(viewer: Viewer, opened: dict[int, Tender], away: frozenset[int]) -> list[Task]:
    """Return how many bids have nobody listed yet whose exclusion has to be looked at."""
    listed = select(ExclusionParty.id).where(ExclusionParty.bid_id == Bid.id).exists()
    rows = db.session.execute(
        select(Bid.tender_id, func.count())
        .where(Bid.tender_id.in_([*opened]), Bid.id.not_in(away), Bid.stage.in_(READABLE), ~listed)
        .group_by(Bid.tender_id)
    )
    return [
        _task(
            f"List and check whom exclusion may concern: {_counted(count, 'bid')} without a check",
            "scoring.exclusions_overview",
            opened[tender_id],
        )
        for tender_id, count in rows
        if viewer.may(Permission.COMPLIANCE_DECIDE, tender_id=tender_id)
    ]


def _marks(
    viewer: Viewer,
    opened: dict[int, Tender],
    away: frozenset[int],
    panels: Mapping[int, Panel],
    far: Mapping[int, HowFar],
) -> list[Task]:
    """Return where the viewer has marks to give or to lock: of marks his own alone are counted."""
    mine = {
        tender_id: tender
        for tender_id, tender in opened.items()
        if far[tender_id].bids
        and panels[tender_id].has_to_mark(viewer.person_id)
        and viewer.may(Permission.MARK_WRITE, tender_id=tender_id)
    }
    if not mine:
        return []
    rows = db.session.execute(
        select(Bid.tender_id, func.count())
        .join(Mark, Mark.bid_id == Bid.id)
        .where(
            Bid.tender_id.in_([*mine]),
            Bid.id.not_in(away),
            Bid.stage.in_(READABLE),
            Mark.evaluator_id == viewer.person_id,
            Mark.number == 1,
        )
        .group_by(Bid.tender_id)
    )
    own = dict(rows.all())
    return [
        _task(
            f"Mark {_counted(far[tender_id].bids, 'bid')}: "
            f"{_counted(own.get(tender_id, 0), 'mark')} given so far",
            "scoring.my_marks",
            tender,
        )
        for tender_id, tender in mine.items()
    ]


def _task(words: str, endpoint: str, tender: Tender) -> Task:
    return Task(words, url_for(endpoint, tender=tender.token), tender)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
