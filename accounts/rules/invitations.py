"""What an invitation is worth, and how the addresses typed into the form are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.rules.people import GIVEN_BY_THE_SERVICE
from accounts.rules.roles import KIND_OF, OrganisationKind, Role
from foundation.errors import DomainError

VALID_FOR = timedelta(days=14)
# A button pressed twice must not kill the link it has just sent.
SENT_AGAIN_AFTER = timedelta(minutes=1)
MOST_AT_ONCE = 20
# So that nobody can have the service write to the whole world.
MOST_PENDING = 100
LONGEST_ADDRESS = 254
LONGEST_NAME = 100

# Only what cannot be an address is refused; whether it is one, the mail finds out.
ADDRESS = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@,;<>()\".]+")


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line of the form that is no address to invite, and why."""

    number: int
    message: str

    def __str__(self) -> str:
        return f"Line {self.number}: {self.message}"


class WrongAddresses(DomainError):
    """Nobody was invited, because of what these lines say."""

    def __init__(self, lines: Iterable[WrongLine]) -> None:
        self.lines = tuple(lines)
        super().__init__(". ".join(map(str, self.lines)), field="emails")


class SentJustNow(DomainError):
    """The invitation went out a moment ago."""


class WrongRole(DomainError):
    """A role that people of this kind of organisation cannot hold."""


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    address: str


def read_addresses(text: str, *, members: Set[str], invited: Set[str]) -> list[str]:
    """Return the addresses typed one a line, in lower case; empty lines do not count.

    ``members`` hold the role already, ``invited`` were sent an invitation that is still open.
    Raises WrongAddresses naming every line with something wrong.
    """
    lines = [
        Line(number, line.strip().lower())
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if not lines:
        raise DomainError("Enter at least one email address", field="emails")
    if len(lines) > MOST_AT_ONCE:
        raise DomainError(
            f"Enter {MOST_AT_ONCE} email addresses or fewer; you have entered {len(lines)}",
            field="emails",
        )
    first: dict[str, int] = {}
    wrong = []
    for line in lines:
        message = _wrong_with(line.address, members, invited)
        if line.address in first:
            message = f"{line.address} stands on line {first[line.address]} already"
        first.setdefault(line.address, line.number)
        if message:
            wrong.append(WrongLine(line.number, message))
    if wrong:
        raise WrongAddresses(wrong)
    return [line.address for line in lines]


def _wrong_with(address: str, members: Set[str], invited: Set[str]) -> str:
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        return "enter an email address like name@company.co.uk"
    if address in members:
        return f"{address} belongs to the team with this role already"
    if address in invited:
        return f"{address} is invited already; you can send that invitation again"
    return ""


def must_suit(role: Role, kind: OrganisationKind) -> None:
    """Raise WrongRole unless people of such an organisation can hold ``role``."""
    if KIND_OF[role] is not kind or role in GIVEN_BY_THE_SERVICE:
        raise WrongRole("Select a role that people of your organisation can hold", field="role")


def must_not_be_sent_again_yet(expires_at: datetime, at: datetime) -> None:
    """Raise SentJustNow if the link that ends at ``expires_at`` is less than a minute old."""
    if at - (expires_at - VALID_FOR) < SENT_AGAIN_AFTER:
        raise SentJustNow(
            "You cannot send this invitation again yet because it was sent less than a minute ago"
        )


def is_open(
    accepted_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, at: datetime
) -> bool:
    """Return whether an invitation can be accepted at this moment."""
    return accepted_at is None and withdrawn_at is None and at < expires_at
