"""Hints that something may connect a person with a bidder: found in records, judged by people.

No hint says that there is an interest, and none keeps anybody from a bid.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

# Mail services open to everybody: sharing one says nothing.
OPEN_TO_EVERYBODY = frozenset(
    {
        "aol.com",
        "btinternet.com",
        "gmail.com",
        "googlemail.com",
        "hotmail.co.uk",
        "hotmail.com",
        "icloud.com",
        "live.co.uk",
        "live.com",
        "mail.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "sky.com",
        "talktalk.net",
        "virginmedia.com",
        "yahoo.co.uk",
        "yahoo.com",
    }
)
# What so many names end in that it tells nobody apart.
OF_NO_NAME = frozenset(
    {
        "and",
        "co",
        "company",
        "council",
        "group",
        "holdings",
        "international",
        "limited",
        "llp",
        "ltd",
        "of",
        "plc",
        "services",
        "solutions",
        "systems",
        "technologies",
        "technology",
        "the",
        "uk",
    }
)
SHORTEST_WORD = 4


@dataclass(frozen=True)
class PersonKnown:
    """What the service knows of somebody on the buying side."""

    email: str
    name: str = ""
    # Suppliers (by id of organisation) in which the same person holds, or held, an account.
    supplier_ids: Collection[int] = ()
    # The words of his declarations: an employer he names, a firm he advised.
    words: str = ""


@dataclass(frozen=True)
class BidderKnown:
    """What the service knows of a bidder."""

    supplier_id: int
    names: Collection[str]
    company_number: str = ""
    emails: Collection[str] = ()
    # People and companies with it.
    with_it: Collection[str] = ()


def hints(person: PersonKnown, bidder: BidderKnown) -> tuple[str, ...]:
    """Return a sentence for each thing that may connect the two."""
    found = []
    domain = domain_of(person.email)
    if domain and domain in {domain_of(email) for email in bidder.emails}:
        found.append(f"People of this bidder have addresses at {domain} too")
    if bidder.supplier_id in person.supplier_ids:
        found.append("The same person has an account with this supplier")
    if bidder.company_number and _mentions_number(person.words, bidder.company_number):
        found.append(f"The declaration mentions company number {bidder.company_number}")
    for name in [*bidder.names, *bidder.with_it]:
        if name_in(name, person.words):
            found.append(f"The declaration mentions words of the name {name}")
    if _words_of(person.name) and any(
        _words_of(person.name) == _words_of(name) for name in bidder.with_it
    ):
        found.append("Somebody listed with this bidder has the same name")
    return tuple(dict.fromkeys(found))


def domain_of(email: str) -> str:
    """Return the domain of an address; empty for one that everybody can have."""
    domain = email.rpartition("@")[2].strip().casefold()
    return "" if domain in OPEN_TO_EVERYBODY else domain


def name_in(name: str, text: str) -> bool:
    """Return whether every word that tells ``name`` from others stands in ``text``, together."""
    wanted = [word for word in _words_of(name) if word not in OF_NO_NAME]
    said = [word for word in _words_of(text) if word not in OF_NO_NAME]
    if not wanted or max(map(len, wanted)) < SHORTEST_WORD:
        return False
    size = len(wanted)
    return any(said[start : start + size] == wanted for start in range(len(said) - size + 1))


def _mentions_number(text: str, number: str) -> bool:
    return number.casefold() in _words_of(text)


def _words_of(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())
