"""The steps of a published tender, from its questions to its documents, and where it stands.

They follow from the clock, the stage and the outcome two people agree on: before the opening
nothing here knows whether there are bids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask import current_app, url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from foundation.clock import show_moment
from tenders.approving import outcomes_asked_for
from tenders.models import Tender
from tenders.overview import BIDS, ELSEWHERE
from tenders.queries import effective_stage
from tenders.rules.approvals import ApprovalState
from tenders.rules.lifecycle import BIDS_READABLE, Stage
from tenders.rules.timetable import opens_from, time_left

# Pages of a later station, known by name only, as those of the overview.
RESULTS, LETTERS, STANDSTILL = "scoring.results", "scoring.letters", "scoring.standstill"


class State(StrEnum):
    DONE = "Completed"
    NOW = "Now"
    LATER = "Cannot start yet"


@dataclass(frozen=True)
class Step:
    """One line of the list. ``address``: where it is done or seen; empty if nowhere yet."""

    title: str
    hint: str
    state: State
    address: str = ""


def steps(tender: Tender, viewer: Viewer, moment: datetime) -> list[Step]:
    """Return the steps of a published tender in their order; none for a draft."""
    stage = effective_stage(tender, moment)
    if tender.published_at is None or tender.closes_at is None or stage is Stage.CANCELLED:
        return []
    return [
        Step(
            "Publish the questions",
            f"Published on {show_moment(tender.published_at)}",
            State.DONE,
            url_for("tenders.questions", tender=tender.token),
        ),
        _answering(tender, tender.closes_at, moment),
        *_bringing(tender, stage),
        _opening(tender, tender.closes_at, stage),
        *_evaluation(tender, viewer, stage),
    ]


def _answering(tender: Tender, closes_at: datetime, moment: datetime) -> Step:
    when = show_moment(closes_at)
    if moment >= closes_at:
        return Step("Suppliers answer", f"Closed on {when}", State.DONE)
    sealed = "They bid on another portal." if tender.runs_elsewhere else "Bids are sealed."
    left = time_left(closes_at, moment)
    return Step("Suppliers answer", f"Until {when}, {left}. {sealed}", State.NOW)


def _bringing(tender: Tender, stage: Stage) -> list[Step]:
    """Return the step of a tender run on another portal: its documents out, its bids in."""
    if not tender.runs_elsewhere:
        return []
    state = State.NOW if stage is Stage.CLOSED else State.DONE
    return [
        Step(
            "Bring the bids in from the other portal",
            "Documents to publish there, and afterwards the bidders’ workbooks.",
            State.LATER if stage is Stage.OPEN else state,
            url_for(ELSEWHERE, tender=tender.token),
        )
    ]


def _opening(tender: Tender, closes_at: datetime, stage: Stage) -> Step:
    if tender.opened_at is not None:
        return Step("Open the bids", f"Opened on {show_moment(tender.opened_at)}", State.DONE)
    hint = f"From {show_moment(opens_from(closes_at))}. Nobody can read a bid before."
    return Step("Open the bids", hint, State.NOW if stage is Stage.CLOSED else State.LATER)


def _evaluation(tender: Tender, viewer: Viewer, stage: Stage) -> list[Step]:
    """Return what is done with opened bids; how far it has got, the pages of the bids say."""
    may_read = viewer.may(Permission.MARK_READ, tender_id=tender.id)
    shown = stage in BIDS_READABLE and may_read and BIDS in current_app.view_functions

    # Until the results are released, whoever still marks alone may not open what follows from
    # agreed marks; the list of bids leads on as far as each may go.
    is_released = stage in (Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED)

    def address(endpoint: str, state: State = State.NOW) -> str:
        if not shown or state is State.LATER:
            return ""
        return url_for(endpoint if is_released else BIDS, tender=tender.token)

    marking, deciding, letters, standstill, award = _states(tender, stage)
    return [
        Step(
            "Mark the answers, decide on requirements and risks",
            "Rules propose, with the answers that made them; people decide, with a reason.",
            marking,
            address(BIDS),
        ),
        Step(
            "Decide on the outcome",
            "One officer recommends it, a second person agrees.",
            deciding,
            address(RESULTS, deciding),
        ),
        Step(
            "Send the letters and release the results",
            "A letter and a summary for every bidder, each read by somebody before it goes.",
            letters,
            address(LETTERS, letters),
        ),
        Step(
            "Publish the award notice and keep the standstill",
            "Where the law demands none, it can be skipped with a reason.",
            standstill,
            address(STANDSTILL, standstill),
        ),
        Step(
            "Award the contract",
            "Recorded once the contract is signed.",
            award,
            address(STANDSTILL, award),
        ),
        Step(
            "Check the contract schedules and take the documents away",
            "Word for the contract terms, Excel for the scores and the risk register.",
            State.NOW if stage in BIDS_READABLE else State.LATER,
            address(BIDS) and f"{address(BIDS)}#take-away",
        ),
    ]


def _states(tender: Tender, stage: Stage) -> tuple[State, ...]:
    """Return how marking, decision, letters, standstill and award stand: several may go on at
    once, because what keeps a decision from being made is told by its own page."""
    done, now, later = State.DONE, State.NOW, State.LATER
    match stage:
        case Stage.OPENED | Stage.EVALUATING:
            asked = outcomes_asked_for([tender.id]).get(tender.id)
            if asked is ApprovalState.GIVEN:
                return done, done, now, later, later
            if asked is ApprovalState.WAITING:
                return done, now, later, later, later
            return now, now if stage is Stage.EVALUATING else later, later, later, later
        case Stage.DECIDED | Stage.STANDSTILL:
            return done, done, done, now, later
        case Stage.AWARDED:
            return done, done, done, done, done
        case _:
            return later, later, later, later, later
