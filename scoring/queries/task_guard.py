"""Who may be told of a task that is about a bid: those who may read that bid."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from accounts.queries import Member, Viewer
from foundation.database import db
from scoring.queries.interests import barriers_of, standings_of
from scoring.rules.interests import Standing
from supplier_portal.models import Bid
from tenders.models import GivenTask, Tender
from tenders.rules.lifecycle import Stage


class TaskGuard:
    """Keeps tasks about a bid from whoever is kept from the bid (tenders.tasks.Guard)."""

    def readers(self, task: GivenTask, members: Sequence[Member]) -> Collection[int]:
        everybody = [member.person_id for member in members]
        if "bid" not in task.details:
            return everybody
        bid = db.session.get(Bid, task.details["bid"])
        if bid is None:
            return ()
        stands = standings_of(bid.tender_id)
        return [one for one in everybody if _may_read(stands.get(one, Standing()), bid)]

    def hidden(self, viewer: Viewer, tasks: Sequence[GivenTask]) -> Collection[int]:
        of_bids = [task for task in tasks if "bid" in task.details and task.tender is not None]
        tenders: dict[int, Tender] = {one.tender.id: one.tender for one in of_bids if one.tender}
        barriers = barriers_of(viewer, tenders.values())
        return {
            task.id
            for task in of_bids
            if barriers[task.tender_id or 0].must_declare
            or barriers[task.tender_id or 0].keeps_from(task.details["bid"])
        }


def _may_read(stands: Standing, bid: Bid) -> bool:
    """Return whether somebody who has a role may read the bid: he declared, and is not kept away.

    After the award only what was declared and decided keeps bids from people.
    """
    if stands.kept_from_all or bid.id in stands.kept_from:
        return False
    return stands.has_looked or bid.tender.stage is Stage.AWARDED


GUARD = TaskGuard()
