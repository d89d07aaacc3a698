"""Buying together: what an authority that is asked to take part in a tender can do, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from accounts.rules.roles import GUEST_ROLES, Role
from foundation.errors import DomainError
from tenders.rules.lifecycle import Stage

LONGEST_REASON = 2000


class Part(StrEnum):
    """Where an authority stands with a tender of another."""

    ASKED = "asked"
    TAKES_PART = "takes part"
    DECLINED = "declined"
    TAKEN_BACK = "no longer asked"
    LEFT = "left"
    LET_GO = "let go"


class CannotTakePart(DomainError):
    """An authority cannot be asked, agree, decline or leave as things stand."""


class ReasonMissing(DomainError):
    """Somebody decided without saying why."""


@dataclass(frozen=True)
class Dates:
    """What is kept of an authority's part, as the rules want to know it."""

    agreed_at: datetime | None
    left_at: datetime | None
    ended_by_lead: bool


def part_of(dates: Dates) -> Part:
    """Return where an authority stands."""
    if dates.left_at is None:
        return Part.ASKED if dates.agreed_at is None else Part.TAKES_PART
    if dates.agreed_at is None:
        return Part.TAKEN_BACK if dates.ended_by_lead else Part.DECLINED
    return Part.LET_GO if dates.ended_by_lead else Part.LEFT


def must_be_askable(stage: Stage, part: Part | None) -> None:
    """Raise CannotTakePart unless an authority may be asked now. ``part``: None if it never was."""
    _must_be_draft(stage, "ask another authority")
    if part in (Part.ASKED, Part.TAKES_PART):
        raise CannotTakePart(
            "You cannot ask this authority because it is asked or takes part already",
            field="authority",
        )


def must_be_agreeable(stage: Stage, part: Part) -> None:
    if part is not Part.ASKED:
        raise CannotTakePart("You cannot agree because your authority is not asked any more")
    _must_be_draft(stage, "agree")


def must_be_declinable(part: Part) -> None:
    if part is not Part.ASKED:
        raise CannotTakePart("You cannot decline because your authority is not asked any more")


def must_take_part(part: Part) -> None:
    if part is not Part.TAKES_PART:
        raise CannotTakePart("You cannot do this because the authority does not take part")


def must_not_be_over(part: Part) -> None:
    if part not in (Part.ASKED, Part.TAKES_PART):
        raise CannotTakePart(
            "You cannot do this because the authority is not asked and does not take part"
        )


def must_be_for_guests(role: Role) -> None:
    """Raise CannotTakePart for a role that people of other authorities cannot hold."""
    if role not in GUEST_ROLES:
        raise CannotTakePart(
            "Select a role that people of a participating authority can hold", field="role"
        )


def must_say_why(reason: str, words: str) -> str:
    """Return the reason without spaces around it. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(words, field="reason")
    return reason.strip()


def joint_rows(terms: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and words of who buys together."""
    joint = terms.get("joint")
    if not joint:
        return []
    names = _listed([joint["led_by"]["name"], *(one["name"] for one in joint["authorities"])])
    return [("Bought together by", f"{names}. {joint['led_by']['name']} leads")]


def _must_be_draft(stage: Stage, what: str) -> None:
    if stage is not Stage.DRAFT:
        raise CannotTakePart(
            f"You cannot {what} because the tender is published: who buys is part of what was "
            "published"
        )


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
