"""The notices of procurement law: what each is, what each must come before, how one is recorded."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.kinds import is_empty
from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Force

NUMBER = re.compile(r"[0-9]{6}-[0-9]{4}")
OCID = re.compile(r"ocds-[0-9a-z]{6}-[0-9a-zA-Z][0-9a-zA-Z-]{0,60}")
ADDRESS = re.compile(r"https?://[^\s/?#]+\.[^\s]+")
# The Procurement Act 2023 and its notices began on this day.
FIRST_DAY = date(2025, 2, 24)
LONGEST_ADDRESS, LONGEST_REASON = 300, 1000
# The amount of content/law.yml from which a contract below the threshold is notifiable.
NOTIFIABLE = "notifiable"


class NoticeUnclear(DomainError):
    """A notice cannot be recorded as it was typed."""


@dataclass(frozen=True, slots=True)
class LawLine:
    """When the law demands or allows a notice."""

    force: Force
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class NoticeKind:
    id: str
    title: str
    what: str
    law: tuple[LawLine, ...]

    @property
    def in_words(self) -> str:
        return f"{self.id} {self.title}"


@dataclass(frozen=True, slots=True)
class Needed:
    """A notice to record before publication, and where that holds."""

    kind: str
    above: str
    procedures: tuple[str, ...]
    advertised: bool
    notifiable: bool
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    kinds: Mapping[str, NoticeKind]
    before_publication: tuple[Needed, ...]
    # Published again with an amendment: its kind, and where that comes from.
    again: str
    again_source: str
    # Those of an award and a contract: never older than the opening of the bids.
    after_opening: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """A tender as the rules about its notices see it. ``notifiable``: the amount of the law."""

    facts: Mapping[str, Any]
    openly_advertised: bool
    notifiable: int


def wanted_before_publication(
    catalogue: Catalogue, tender: Circumstances, recorded: Collection[str]
) -> list[Finding]:
    """Return a finding for each notice that must come first; where the facts are silent, advice.

    ``recorded``: the kinds of the notices that are recorded and stand.
    """
    found = []
    for needed_one in catalogue.before_publication:
        if needed_one.kind in recorded:
            continue
        holds = _holds(needed_one, tender)
        if holds:
            found.append(_stops(catalogue, needed_one))
        elif holds is None:
            found.append(_not_known(catalogue, needed_one))
    # Where one stops, what is not known about another is no news; two that are not known are one.
    stops = [finding for finding in found if finding.urgency is Urgency.MUST]
    return stops or found[:1]


def must_be_published_again(
    catalogue: Catalogue, tender: Circumstances, recorded: Collection[str]
) -> bool:
    """Return whether an amendment needs its notice: there was one, or there had to be."""
    return catalogue.again in recorded or any(
        needed_one.kind == catalogue.again and _holds(needed_one, tender)
        for needed_one in catalogue.before_publication
    )


def _holds(needed_one: Needed, tender: Circumstances) -> bool | None:
    """Return whether all conditions hold; None where the facts do not say."""
    above, procedure = tender.facts.get("above_threshold"), tender.facts.get("procedure")
    conditions = [
        None if is_empty(above) else above == needed_one.above,
        None if is_empty(procedure) else procedure in needed_one.procedures,
        tender.openly_advertised or not needed_one.advertised,
        True if not needed_one.notifiable else _is_notifiable(tender),
    ]
    if False in conditions:
        return False
    return None if None in conditions else True


def _is_notifiable(tender: Circumstances) -> bool | None:
    value = tender.facts.get("value")
    return None if is_empty(value) else Decimal(str(value)) >= tender.notifiable


def _stops(catalogue: Catalogue, needed_one: Needed) -> Finding:
    return Finding(
        f"Record the notice {catalogue.kinds[needed_one.kind].in_words}",
        Place.NOTICES,
        why=f"{needed_one.says}.",
        remedy="Publish it on the central digital platform, then record its number here.",
        source=needed_one.source,
    )


def _not_known(catalogue: Catalogue, needed_one: Needed) -> Finding:
    return Finding(
        f"Whether {catalogue.kinds[needed_one.kind].in_words} must come first is not known",
        Place.NOTICES,
        why=f"{needed_one.says}.",
        urgency=Urgency.SHOULD,
        remedy="Enter whether the contract is above the threshold, its procedure and its value "
        "among the facts; or record the notice.",
        source=needed_one.source,
    )


@dataclass(frozen=True, slots=True)
class NoticeTyped:
    """A notice as somebody typed it."""

    kind: str
    number: str
    published_on: date
    ocid: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the day of a notice has to agree with. ``republishes``, ``amending_since``: the notice
    it is published again for and the day the amendment was begun, where it is about one."""

    opened_on: date | None = None
    republishes: date | None = None
    amending_since: date | None = None


def must_be_recordable(
    typed: NoticeTyped,
    catalogue: Catalogue,
    today: date,
    taken: Collection[str],
    beside: Beside = Beside(),  # noqa: B008 (it cannot be changed)
) -> None:
    """Raise NoticeUnclear, naming the field. ``taken``: the numbers of the tender that stand."""
    comes_later = typed.kind in catalogue.after_opening
    for is_wrong, message, field in (
        (typed.kind not in catalogue.kinds, "Select which notice it is", "kind"),
        (
            not NUMBER.fullmatch(typed.number),
            "Enter the number of the notice as six digits, a hyphen and the year, such as "
            "012345-2026",
            "number",
        ),
        (
            typed.number in taken,
            "You cannot record this number twice: a notice published again gets another one",
            "number",
        ),
        (
            typed.published_on > today,
            "Enter the day on which it was published: it cannot be in the future",
            "published_on",
        ),
        (
            typed.published_on < FIRST_DAY,
            "Enter the day on which it was published: there are such notices since "
            "24 February 2025",
            "published_on",
        ),
        (
            typed.number[-4:] != f"{typed.published_on.year:04}",
            f"Enter the number as published: a notice of {typed.published_on.year} has a number "
            f"that ends in -{typed.published_on.year}",
            "number",
        ),
        (
            comes_later and beside.opened_on is None,
            "You cannot record this notice yet because the bids are not opened",
            "kind",
        ),
        (
            comes_later and _is_before(typed.published_on, beside.opened_on),
            "Enter the day on which it was published: it cannot be before the bids were opened",
            "published_on",
        ),
        (
            _is_before(typed.published_on, beside.republishes),
            "Enter the day on which it was published again: it cannot be before the notice it "
            "replaces",
            "published_on",
        ),
        (
            _is_before(typed.published_on, beside.amending_since),
            "Enter the day on which it was published again: it cannot be before the amendment was "
            "begun",
            "published_on",
        ),
        (
            typed.ocid and not OCID.fullmatch(typed.ocid),
            "Enter the identifier of the procurement as the notice shows it, such as "
            "ocds-h6vhtk-012345, or leave it empty",
            "ocid",
        ),
        (
            typed.address
            and (len(typed.address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(typed.address)),
            "Enter the address of the notice, beginning with https://, or leave it empty",
            "address",
        ),
    ):
        if is_wrong:
            raise NoticeUnclear(message, field=field)


def _is_before(day: date, other: date | None) -> bool:
    return other is not None and day < other
