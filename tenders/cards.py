"""The tenders in the lower list of the start page: where each stands, and what is next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from tenders.approving import outcomes_asked_for
from tenders.models import Tender
from tenders.overview import closing
from tenders.queries import effective_stage
from tenders.rules.lifecycle import Stage
from tenders.today import Task

# What somebody is needed for in an evaluation, by what he may do, while no task says it more
# exactly and no outcome is recommended yet; the first that fits is said.
EVALUATION = (
    (Permission.COMPLIANCE_DECIDE, "Mark the bids, decide on requirements and risks"),
    (Permission.MARK_WRITE, "Mark the bids"),
    (Permission.MARK_AGREE, "Agree one mark for each answer"),
    (Permission.RISK_DECIDE, "Decide on risks, check the contract schedules"),
)
AT_WORK = (Stage.OPENED, Stage.EVALUATING)
# Of the tenders that need somebody, which stand first.
ORDER = (
    Stage.CLOSED,
    Stage.OPENED,
    Stage.EVALUATING,
    Stage.DECIDED,
    Stage.STANDSTILL,
    Stage.OPEN,
    Stage.DRAFT,
    Stage.AWARDED,
    Stage.CANCELLED,
)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Card:
    """A tender on the start page. ``needed``: what the viewer is to do, empty if nothing."""

    tender: Tender
    stage: Stage
    closing: str
    needed: str


def cards(
    tenders: Sequence[Tender], viewer: Viewer, moment: datetime, tasks: Iterable[Task]
) -> list[Card]:
    """Return the tenders, those that need the viewer first, then by closing time.

    ``tasks``: everything that needs him, the most urgent first.
    """
    first: dict[int, str] = {}
    for task in tasks:
        first.setdefault(task.tender.id, task.words)
    settled = outcomes_asked_for([one.id for one in tenders if one.stage in AT_WORK])
    found = []
    for tender in tenders:
        stage = effective_stage(tender, moment)
        needed = first.get(tender.id) or _in_general(tender, stage, viewer, settled)
        found.append(Card(tender, stage, closing(tender, moment), needed))
    return sorted(
        found,
        key=lambda card: (
            ORDER.index(card.stage) if card.needed else len(ORDER),
            card.tender.closes_at or NEVER,
            card.tender.id,
        ),
    )


def _in_general(tender: Tender, stage: Stage, viewer: Viewer, settled: Collection[int]) -> str:
    if stage not in AT_WORK or tender.id in settled:
        return ""
    mine = (words for to, words in EVALUATION if viewer.may(to, tender_id=tender.id))
    return next(mine, "")
