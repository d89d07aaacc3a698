"""What the service gave a company to do, beside the bids it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import current_app, url_for
from sqlalchemy import select

from accounts.queries import Viewer
from foundation import clock
from foundation.database import db
from supplier_portal.models import Bid
from supplier_portal.waiting import Waiting
from tenders.models import GivenTask
from tenders.tasks import KINDS, TaskKind, names_of, title_of


def given(viewer: Viewer, bids: Sequence[Bid], _moment: datetime) -> dict[int, list[Waiting]]:
    """Return the open tasks of these bids, each with what it is about by name.

    As many statements for a hundred tasks as for one.
    """
    kinds: Mapping[str, TaskKind] = current_app.extensions[KINDS]
    by_place = {(bid.supplier_id, bid.tender_id): bid.id for bid in bids}
    rows = db.session.scalars(
        select(GivenTask)
        .where(
            GivenTask.done_at.is_(None),
            GivenTask.organisation_id.in_({bid.supplier_id for bid in bids}),
            GivenTask.tender_id.in_({bid.tender_id for bid in bids}),
            GivenTask.kind.in_([name for name, one in kinds.items() if one.listed_for_companies]),
        )
        .order_by(GivenTask.due_on, GivenTask.id)
    ).all()
    names = names_of(viewer, rows)
    found: dict[int, list[Waiting]] = {}
    for task in rows:
        place = by_place.get((task.organisation_id, task.tender_id or 0))
        if place is not None:
            name = f" ({names[task.id]})" if names.get(task.id) else ""
            words = f"{title_of(task)}{name}: {clock.show_date(task.due_on)}"
            link = url_for("tenders.task", task=task.token)
            found.setdefault(place, []).append(Waiting(words, link))
    return found
