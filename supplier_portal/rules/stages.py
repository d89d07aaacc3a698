"""The stages of a bid and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError


class BidStage(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    # Opened because it was admitted although it came late; nothing of it was handed in in time.
    ADMITTED = "admitted"


class BidStep(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    OPEN = "open"
    ADMIT = "admit"


BID_STEPS: Mapping[tuple[BidStage, BidStep], BidStage] = MappingProxyType(
    {
        (BidStage.DRAFT, BidStep.SUBMIT): BidStage.SUBMITTED,
        # A new submission takes the place of the one before; both are kept.
        (BidStage.SUBMITTED, BidStep.SUBMIT): BidStage.SUBMITTED,
        (BidStage.SUBMITTED, BidStep.WITHDRAW): BidStage.WITHDRAWN,
        (BidStage.WITHDRAWN, BidStep.SUBMIT): BidStage.SUBMITTED,
        (BidStage.SUBMITTED, BidStep.OPEN): BidStage.OPENED,
        # A late bid, after the opening. It takes the place of one that was opened.
        (BidStage.OPENED, BidStep.ADMIT): BidStage.OPENED,
        (BidStage.DRAFT, BidStep.ADMIT): BidStage.ADMITTED,
        (BidStage.WITHDRAWN, BidStep.ADMIT): BidStage.ADMITTED,
    }
)

CANNOT: Mapping[tuple[BidStage, BidStep], str] = MappingProxyType(
    {
        (BidStage.DRAFT, BidStep.WITHDRAW): "You cannot withdraw this bid because it is not "
        "submitted",
        (BidStage.WITHDRAWN, BidStep.WITHDRAW): "You cannot withdraw this bid because it is "
        "withdrawn already",
        (BidStage.OPENED, BidStep.SUBMIT): "You cannot submit this bid because the bids are opened",
        (BidStage.OPENED, BidStep.WITHDRAW): "You cannot withdraw this bid because the bids are "
        "opened",
    }
)


# At these the buying side reads the bid, once the tender's bids are opened.
READABLE = frozenset({BidStage.SUBMITTED, BidStage.OPENED, BidStage.ADMITTED})


class BidStepNotAllowed(DomainError):
    """The bid is at a stage from which this step cannot be taken."""

    def __init__(self, stage: BidStage, step: BidStep) -> None:
        otherwise = f"You cannot {step} this bid because it is {stage}"
        super().__init__(CANNOT.get((stage, step), otherwise))


def stage_after(stage: BidStage, step: BidStep) -> BidStage:
    """Return the stage a bid reaches by taking ``step``, or raise BidStepNotAllowed."""
    try:
        return BID_STEPS[stage, step]
    except KeyError:
        raise BidStepNotAllowed(stage, step) from None
