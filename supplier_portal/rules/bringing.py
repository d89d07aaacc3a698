"""Bids that were made on another portal: when an officer may bring them in, and with what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from foundation.errors import DomainError
from tenders.rules.lifecycle import Stage

LONGEST_NAME = 200


class CannotBring(DomainError):
    """Bids cannot be brought in: not here, not now, or not this one."""


@dataclass(frozen=True, slots=True)
class NotRead:
    """A cell of the workbook whose words could not be taken over, and why."""

    sheet: str
    cell: str
    part: str
    says: str
    # What the bidder typed there; empty where there is no one cell.
    typed: str = ""


@dataclass(frozen=True, slots=True)
class BroughtFile:
    """A file that came beside the workbook and answers no file part: of the bid as a whole, or to
    support the part named."""

    evidence: str
    title: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """How a bid came in. ``received_at``: when the other portal received it, None until told.

    ``sha256`` and ``evidence``: the workbook as it is kept among the files of the bid.
    """

    workbook: str
    sha256: str = ""
    not_read: tuple[NotRead, ...] = ()
    declared_by: str = ""
    received_at: datetime | None = None
    evidence: str = ""
    files: tuple[BroughtFile, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "workbook": self.workbook,
            "sha256": self.sha256,
            "not_read": [asdict(one) for one in self.not_read],
            "files": [asdict(one) for one in self.files],
            "declared_by": self.declared_by,
            "received_at": self.received_at.isoformat() if self.received_at else None,
            "evidence": self.evidence,
        }


def brought_from(stored: Mapping[str, Any]) -> Brought:
    """Return what ``Brought.as_json`` wrote."""
    received = stored["received_at"]
    return Brought(
        workbook=stored["workbook"],
        sha256=stored["sha256"],
        not_read=tuple(NotRead(**one) for one in stored["not_read"]),
        declared_by=stored["declared_by"],
        received_at=datetime.fromisoformat(received) if received else None,
        evidence=stored["evidence"],
        files=tuple(BroughtFile(**one) for one in stored["files"]),
    )


def must_take_brought(*, runs_elsewhere: bool, stage: Stage, doing: str) -> None:
    """Raise CannotBring unless bids of the tender are taken elsewhere and wait to be opened.

    ``stage`` is the one the clock says. Before the closing time a bid might still change there;
    after the opening nobody could show that it was made without knowledge of the others.
    """
    if not runs_elsewhere:
        raise CannotBring(f"You cannot {doing} because this tender takes its bids here")
    if stage is Stage.OPEN:
        raise CannotBring(
            f"You cannot {doing} because bids can still change until the tender closes"
        )
    if stage is not Stage.CLOSED:
        raise CannotBring(f"You cannot {doing} because this tender is at the {stage} stage")


def told(
    brought: Brought,
    *,
    declared_by: str,
    received_at: datetime,
    published_at: datetime,
    closes_at: datetime,
) -> Brought:
    """Return ``brought`` with what the other portal recorded. Raises CannotBring naming the field.

    In time means before the closing time, to the microsecond, as for every bid.
    """
    name = " ".join(declared_by.split())
    if not name:
        raise CannotBring("Enter who signed the bid for the company", field="declared_by")
    if len(name) > LONGEST_NAME:
        raise CannotBring(
            f"Enter a name of {LONGEST_NAME} characters or fewer", field="declared_by"
        )
    if received_at < published_at:
        raise CannotBring(
            "Enter a time after the questions were published: no bid can have answered them before",
            field="received_at",
        )
    if received_at >= closes_at:
        raise CannotBring(
            "You cannot bring in a bid that came at or after the closing time: decide about it on "
            "the portal that received it",
            field="received_at",
        )
    return replace(brought, declared_by=name, received_at=received_at)


def must_be_complete(unfinished: Sequence[str]) -> None:
    """Raise CannotBring while a bid brought in is not handed in: opening would leave it behind."""
    if unfinished:
        bids = f"the bid of {unfinished[0]}"
        if len(unfinished) > 1:
            bids = f"{len(unfinished)} bids (the first is that of {unfinished[0]})"
        verb = "is" if len(unfinished) == 1 else "are"
        raise CannotBring(
            f"You cannot open the bids because {bids} {verb} not handed in: complete it, or take "
            "it out"
        )


def same_company(one: str, other: str) -> bool:
    """Return whether two legal names are the same but for capitals and spaces."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
