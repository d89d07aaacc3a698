"""At which address passkeys can be used, how many somebody has, and what they are called."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from foundation.errors import DomainError

MOST = 10
LONGEST_NAME = 60
# WebAuthn, 4: credential ids have at most 1,023 bytes.
LONGEST_ID = 1023
# What a browser sends as an answer is a few hundred bytes; a certificate or two make it thousands.
LONGEST_ANSWER = 20_000
# The ways to a device that the standard has (5.8.4); others are not passed on.
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")
DEFAULT_PORTS = {"https": 443, "http": 80}
# By what a sign-in was proven.
ALONE, AFTER_PASSWORD = "passkey", "password and passkey"

TOO_MANY = f"You cannot add a passkey because you have {MOST}: remove one first"


class WrongName(DomainError):
    """What somebody wants to call a passkey cannot be taken."""


class TooMany(DomainError):
    """Somebody has as many passkeys as anybody may."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where passkeys of this service count: ``id`` is the host they are made for, ``origin`` what a
    browser must say it is looking at."""

    id: str
    origin: str


def place_of(address: str) -> Place | None:
    """Return where passkeys count if people reach the service at ``address``.

    None where that is a number, such as 127.0.0.1: browsers make passkeys for names alone.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not host or _is_number(host):
        return None
    port = parts.port
    shown = "" if port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{port}"
    return Place(host, f"{parts.scheme}://{host}{shown}")


def checked_name(typed: str, taken: Collection[str]) -> str:
    """Return the name of a passkey, white space made one. Raises WrongName.

    ``taken``: what the person calls others of his.
    """
    name = " ".join(typed.split())
    if not name:
        raise WrongName("Enter a name for the passkey", field="name")
    if len(name) > LONGEST_NAME:
        raise WrongName(f"Enter a name of {LONGEST_NAME} characters or fewer", field="name")
    if not name.isprintable():
        raise WrongName("Enter a name that can be printed", field="name")
    if name.casefold() in {one.casefold() for one in taken}:
        raise WrongName("Enter another name: you have a passkey with this one", field="name")
    return name


def must_have_room(count: int) -> None:
    """Raise TooMany for whoever has as many passkeys as anybody may."""
    if count >= MOST:
        raise TooMany(TOO_MANY)


def counts_on(known: int, said: int) -> bool:
    """Return whether a device that had counted to ``known`` may say ``said`` now.

    A device that counts goes up each time; one that says 0 at first says so always. What does not
    go up was said by a copy of the device, or before.
    """
    return said > known or (known == 0 and said == 0)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
