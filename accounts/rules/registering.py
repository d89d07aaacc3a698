"""What a company tells of itself when it registers, and how often an address may ask for a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from accounts.rules.invitations import ADDRESS, LONGEST_ADDRESS, LONGEST_NAME
from foundation.errors import DomainError

VALID_FOR = timedelta(hours=24)
# One address gets a link a minute and five a day, so that nobody fills a stranger's letter box.
ASKED_AGAIN_AFTER = timedelta(minutes=1)
MOST_A_DAY = 5
LONGEST_COMPANY = 160

# What Companies House puts before six digits: Scotland, Northern Ireland, partnerships, companies
# from overseas, charitable, community, industrial and provident ones, and their kin.
PREFIXES = re.compile(
    "AC|BR|CE|CS|CN|EN|ES|FC|FE|GE|GN|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NV|NZ|OC|OE|PC|RC|RS|SA|"
    "SC|SE|SF|SG|SI|SL|SO|SP|SR|SZ|ZC|R0"
)
NUMBER = re.compile(r"(?P<prefix>[A-Z]{2}|R0)?(?P<digits>[0-9]{1,8})")
# Societies whose number ends in R.
SOCIETY = re.compile(r"(?:IP|SP|NP)[0-9]{5}R")
EXAMPLE = "like 01234567, SC123456 or NI123456"


class Registered(StrEnum):
    """Where a company is registered."""

    COMPANIES_HOUSE = "companies-house"
    ABROAD = "abroad"
    NOWHERE = "nowhere"


class WrongDetails(DomainError):
    """Something a company said of itself cannot be right."""


@dataclass(frozen=True, slots=True)
class Company:
    """A company as it is registered; ``number`` is None unless Companies House gave it one."""

    name: str
    legal_name: str
    number: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What was typed about a company."""

    name: str
    legal_name: str
    registered: str
    number: str


def checked_address(email: str) -> str:
    """Return the address in lower case. Raises WrongDetails."""
    plain = email.strip().lower()
    if len(plain) > LONGEST_ADDRESS or not plain.isprintable() or not ADDRESS.fullmatch(plain):
        raise WrongDetails("Enter an email address like name@company.co.uk", field="email")
    return plain


def checked_company(told: Told) -> Company:
    """Return the company, called by its name where no legal name is given. Raises WrongDetails."""
    name = _name(told.name, "name", "the name of your company")
    legal_name = _name(told.legal_name or name, "legal_name", "its legal name")
    if told.registered == Registered.COMPANIES_HOUSE:
        return Company(name, legal_name, company_number(told.number))
    if told.number.strip():
        raise WrongDetails(
            "Leave the company number empty, or select Companies House", field="number"
        )
    return Company(name, legal_name, None)


def checked_name(name: str) -> str:
    plain = " ".join(name.split())
    if not plain:
        raise WrongDetails("Enter your full name", field="person")
    if len(plain) > LONGEST_NAME or not plain.isprintable():
        raise WrongDetails(f"Enter {LONGEST_NAME} characters or fewer", field="person")
    return plain


def company_number(typed: str) -> str:
    """Return a company number as Companies House writes it: eight characters, zeros in front.

    Raises WrongDetails for what has not the shape of one.
    """
    plain = re.sub(r"[\s.-]", "", typed).upper()
    if not plain:
        raise WrongDetails(f"Enter the company number, {EXAMPLE}", field="number")
    if SOCIETY.fullmatch(plain):
        return plain
    found = NUMBER.fullmatch(plain)
    if found is None or not plain.isascii():
        raise WrongDetails(f"Enter a company number {EXAMPLE}", field="number")
    prefix, digits = found["prefix"] or "", found["digits"]
    room = 8 - len(prefix)
    known = not prefix or PREFIXES.fullmatch(prefix)
    if not known or len(digits) > room or not digits.strip("0"):
        raise WrongDetails(f"Enter a company number {EXAMPLE}", field="number")
    return prefix + digits.zfill(room)


def may_have_a_link(asked: Sequence[datetime], moment: datetime) -> bool:
    """Return whether an address that asked at these times gets another message now."""
    lately = [when for when in asked if moment - when < timedelta(days=1)]
    return len(lately) < MOST_A_DAY and all(moment - when >= ASKED_AGAIN_AFTER for when in lately)


def is_open(used_at: datetime | None, expires_at: datetime, at: datetime) -> bool:
    """Return whether a link to register can be used at this moment."""
    return used_at is None and at < expires_at


def _name(typed: str, field: str, what: str) -> str:
    plain = " ".join(typed.split())
    if not plain:
        raise WrongDetails(f"Enter {what}", field=field)
    if len(plain) > LONGEST_COMPANY:
        raise WrongDetails(f"Enter {LONGEST_COMPANY} characters or fewer", field=field)
    if not plain.isprintable():
        raise WrongDetails(
            f"Enter {what} again: there is a character in it that cannot be seen", field=field
        )
    return plain
