"""The stages of a tender and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError


class Stage(StrEnum):
    """In the order a tender goes through them; cancelled can follow any before awarded."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    OPENED = "opened"
    EVALUATING = "evaluating"
    DECIDED = "decided"
    STANDSTILL = "standstill"
    AWARDED = "awarded"
    CANCELLED = "cancelled"


class Step(StrEnum):
    PUBLISH = "publish"
    AMEND = "amend"
    EXTEND = "extend"
    CLOSE = "close"
    OPEN_BIDS = "open bids"
    START_MARKING = "start marking"
    DECIDE = "decide"
    BEGIN_STANDSTILL = "begin standstill"
    AWARD = "award"
    CANCEL = "cancel"


STEPS: Mapping[tuple[Stage, Step], Stage] = MappingProxyType(
    {
        (Stage.DRAFT, Step.PUBLISH): Stage.OPEN,
        (Stage.OPEN, Step.AMEND): Stage.OPEN,
        (Stage.OPEN, Step.EXTEND): Stage.OPEN,
        # No person takes this step: the clock does.
        (Stage.OPEN, Step.CLOSE): Stage.CLOSED,
        (Stage.CLOSED, Step.OPEN_BIDS): Stage.OPENED,
        (Stage.OPENED, Step.START_MARKING): Stage.EVALUATING,
        (Stage.EVALUATING, Step.DECIDE): Stage.DECIDED,
        (Stage.DECIDED, Step.BEGIN_STANDSTILL): Stage.STANDSTILL,
        # Where the law demands no standstill and none is given.
        (Stage.DECIDED, Step.AWARD): Stage.AWARDED,
        (Stage.STANDSTILL, Step.AWARD): Stage.AWARDED,
        (Stage.DRAFT, Step.CANCEL): Stage.CANCELLED,
        (Stage.OPEN, Step.CANCEL): Stage.CANCELLED,
        (Stage.CLOSED, Step.CANCEL): Stage.CANCELLED,
        (Stage.OPENED, Step.CANCEL): Stage.CANCELLED,
        (Stage.EVALUATING, Step.CANCEL): Stage.CANCELLED,
        (Stage.DECIDED, Step.CANCEL): Stage.CANCELLED,
        (Stage.STANDSTILL, Step.CANCEL): Stage.CANCELLED,
    }
)

# From opening on, the buying side may read bids. A tender cancelled later keeps them readable;
# one cancelled before opening never had them (models.Tender.opened_at tells the two apart).
BIDS_READABLE = frozenset(
    {Stage.OPENED, Stage.EVALUATING, Stage.DECIDED, Stage.STANDSTILL, Stage.AWARDED}
)

IN_WORDS: Mapping[Step, str] = MappingProxyType(
    {
        Step.PUBLISH: "publish this tender",
        Step.AMEND: "amend this tender",
        Step.EXTEND: "change the closing time of this tender",
        Step.CLOSE: "close this tender",
        Step.OPEN_BIDS: "open the bids of this tender",
        Step.START_MARKING: "start marking",
        Step.DECIDE: "record the decision on this tender",
        Step.BEGIN_STANDSTILL: "begin the standstill of this tender",
        Step.AWARD: "award this tender",
        Step.CANCEL: "cancel this tender",
    }
)


class StepNotAllowed(DomainError):
    """The tender is at a stage from which this step cannot be taken."""

    def __init__(self, stage: Stage, step: Step) -> None:
        super().__init__(f"You cannot {IN_WORDS[step]} because it is at the {stage} stage")
        self.stage = stage
        self.step = step


def stage_after(stage: Stage, step: Step) -> Stage:
    """Return the stage a tender reaches by taking ``step``, or raise StepNotAllowed."""
    try:
        return STEPS[stage, step]
    except KeyError:
        raise StepNotAllowed(stage, step) from None


def stage_at(stage: Stage, closes_at: datetime | None, moment: datetime) -> Stage:
    """Return the stage people see at ``moment``: an open tender closes at its time by itself.

    The closing time is the first moment too late.
    """
    if stage is Stage.OPEN and closes_at is not None and moment >= closes_at:
        return stage_after(stage, Step.CLOSE)
    return stage
