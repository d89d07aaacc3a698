"""What a check before publication found: how urgent it is, the remedy, and where to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """The page on which a finding is put right."""

    DETAILS = "details"
    FACTS = "facts"
    QUESTIONS = "questions"
    BIDDING = "bidding"
    PLAN = "plan"
    NOTICES = "notices"
    AWARD = "award"
    PRICES = "prices"
    OPENING = "opening"
    LOTS = "lots"


class Urgency(StrEnum):
    """Whether a finding stops publication or is worth a thought."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True)
class Finding:
    """Something about a draft. Only what must be fixed stops its publication.

    ``why`` says what it would lead to, ``remedy`` what to do, ``source`` which rule it comes from;
    each may be empty. ``about`` names the question concerned, ``details`` the single cases.
    """

    message: str
    place: Place
    why: str = ""
    urgency: Urgency = Urgency.MUST
    remedy: str = ""
    source: str = ""
    about: str = ""
    details: tuple[str, ...] = ()
