"""What a bid records of the Central Digital Platform: who is registered, and what was shared.

Above the threshold an authority must have confirmation, before bidding ends, that each supplier is
registered, keeps its information up to date there, and has shared it (Procurement Regulations 2024,
regulation 6). The platform holds the information; here stands where to find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from foundation.errors import DomainError

# The unique identifier of the platform (scheme GB-PPON): AAAA-9999-AAAA.
PPON = re.compile(r"[A-Z]{4}-[0-9]{4}-[A-Z]{4}")
SHARE_CODE = re.compile(r"[A-Za-z0-9]{4,20}")
LONGEST_NAME = 200
# A consortium of more members than this has one list of its own, as a file.
MOST_SUPPLIERS = 50


class PlatformRole(StrEnum):
    BIDDER = "bidder"
    MEMBER = "consortium-member"
    ASSOCIATED = "associated-supplier"


IN_WORDS: Mapping[PlatformRole, str] = {
    PlatformRole.BIDDER: "The bidder",
    PlatformRole.MEMBER: "Member of the consortium",
    PlatformRole.ASSOCIATED: "Associated supplier, relied on for a condition of participation",
}


class WrongPlatformEntry(DomainError):
    """Something about a supplier on the platform cannot be so; the message names the field."""


@dataclass(frozen=True, slots=True)
class OnPlatform:
    """One supplier of the bid. ``evidence``: the platform's PDF among the files of the bid."""

    role: PlatformRole
    name: str
    ppon: str = ""
    share_code: str = ""
    shared_on: date | None = None
    # Registered, up to date and shared, as regulation 6 wants to be confirmed.
    confirmed: bool = False
    evidence: str = ""
    file_name: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "role": self.role.value,
            "name": self.name,
            "ppon": self.ppon,
            "share_code": self.share_code,
            "shared_on": self.shared_on.isoformat() if self.shared_on else None,
            "confirmed": self.confirmed,
            "evidence": self.evidence,
            "file_name": self.file_name,
        }

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return what regulation 6 wants and is not there yet, in words."""
        wanted = (
            (self.ppon, "the identifier (PPON)"),
            (self.share_code or self.evidence, "a share code, or the PDF"),
            (self.confirmed, "the confirmation that it is up to date and shared"),
        )
        return tuple(words for there, words in wanted if not there)


def from_json(stored: Mapping[str, Any]) -> OnPlatform:
    """Return what ``OnPlatform.as_json`` wrote."""
    shared = stored["shared_on"]
    return OnPlatform(
        role=PlatformRole(stored["role"]),
        name=stored["name"],
        ppon=stored["ppon"],
        share_code=stored["share_code"],
        shared_on=date.fromisoformat(shared) if shared else None,
        confirmed=stored["confirmed"],
        evidence=stored["evidence"],
        file_name=stored["file_name"],
    )


def checked(entry: OnPlatform, *, today: date) -> OnPlatform:
    """Return ``entry`` as it is stored: identifiers in their usual form. Raises
    WrongPlatformEntry."""
    name = " ".join(entry.name.split())
    if not name:
        raise WrongPlatformEntry("Enter the name of the supplier", field="name")
    if len(name) > LONGEST_NAME:
        raise WrongPlatformEntry(f"Enter {LONGEST_NAME} characters or fewer", field="name")
    share_code = entry.share_code.strip()
    if share_code and not SHARE_CODE.fullmatch(share_code):
        raise WrongPlatformEntry(
            "Enter the share code as the platform shows it: 4 to 20 letters and numbers",
            field="share_code",
        )
    if share_code and entry.shared_on is None:
        raise WrongPlatformEntry("Enter the date you shared it", field="shared_on")
    if entry.shared_on is not None and entry.shared_on > today:
        raise WrongPlatformEntry("Enter a date that is not in the future", field="shared_on")
    return OnPlatform(
        entry.role,
        name,
        _ppon(entry.ppon),
        share_code,
        entry.shared_on,
        entry.confirmed,
        entry.evidence,
        entry.file_name,
    )


def _ppon(typed: str) -> str:
    """Return the identifier in its usual form. Raises WrongPlatformEntry."""
    letters = re.sub(r"[^A-Za-z0-9]", "", typed).upper().removeprefix("GBPPON")
    if not letters:
        return ""
    written = f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
    if not PPON.fullmatch(written):
        raise WrongPlatformEntry(
            "Enter the identifier as the platform shows it, like ABCD-1234-EFGH", field="ppon"
        )
    return written


def gaps(entries: Iterable[OnPlatform], *, above_threshold: bool) -> list[str]:
    """Return what is missing, one sentence for each supplier; none where the law does not ask."""
    if not above_threshold:
        return []
    listed = list(entries)
    found = [f"{entry.name}: {', '.join(entry.lacking)}" for entry in listed if entry.lacking]
    if not any(entry.role is PlatformRole.BIDDER for entry in listed):
        found.insert(0, "Your company itself is not recorded")
    return found
