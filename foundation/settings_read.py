"""How each kind of setting is read: a value, or a sentence that says what is wrong with it."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

SHORTEST_SECRET = 32
LONGEST_LINE = 300
# Dots, backslashes and their codes, by which a path means another than it says.
LEADS_ELSEWHERE = re.compile(r"(^|/)\.{1,2}(/|$)|//|\\|%2e|%2f|%5c", re.IGNORECASE)
# Where anybody can have a directory of his own, each under a path.
SHARED_BY_MANY = frozenset(
    {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


class SettingsError(click.ClickException):
    """A setting is wrong; the message names it, its value and what to do.

    Commands show such an exception as its one sentence, without a traceback.
    """


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where messages are handed over. ``encrypted`` from the first byte, else by STARTTLS."""

    host: str
    port: int
    encrypted: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class SignInHost:
    """Where sign-ins of authorities may be. ``private``: also at an address no stranger reaches."""

    host: str
    port: int
    # Addresses begin with it; empty for all of the host.
    path: str
    encrypted: bool
    private: bool

    def holds(self, address: str) -> bool:
        """Return whether ``address`` is one of this place, and nothing that leads out of it."""
        try:
            parts = urlsplit(address)
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            return False
        odd = parts.username is not None or parts.fragment or not _is_plain(address)
        if odd or LEADS_ELSEWHERE.search(parts.path):
            return False
        same = (parts.scheme, parts.hostname, port) == (self.scheme, self.host, self.port)
        return same and (parts.path + "/").startswith(self.path + "/")

    @property
    def scheme(self) -> str:
        return "https" if self.encrypted else "http"


def yes_or_no(name: str, text: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in words:
        raise SettingsError(f"{name} is {text!r}: write yes or no")
    return words[text.lower()]


def whole_number(lowest: int, highest: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and lowest <= int(text[:9]) <= highest):
            raise SettingsError(
                f"{name} is {text!r}: write a whole number from {lowest} to {highest}"
            )
        return int(text)

    return read


def one_of(*words: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text.lower() not in words:
            raise SettingsError(f"{name} is {text!r}: write {' or '.join(words)}")
        return text.lower()

    return read


def log_level(name: str, text: str) -> str:
    if text.upper() not in LOG_LEVELS:
        raise SettingsError(f"{name} is {text!r}: write one of {', '.join(LOG_LEVELS)}")
    return text.upper()


def folder(name: str, text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise SettingsError(f"{name} is {text!r}: write a path that begins with /")
    return path


def secret(name: str, text: str) -> str:
    if len(text) < SHORTEST_SECRET:
        raise SettingsError(
            f"{name} has {len(text)} characters: use at least {SHORTEST_SECRET} random ones, "
            "or leave it out and one is made at the first start"
        )
    return text


def secrets_before(name: str, text: str) -> tuple[str, ...]:
    """Return earlier secrets, the oldest first, written with spaces between them."""
    return tuple(secret(name, one) for one in text.split())


def address(name: str, text: str) -> str:
    """Return where the service is reached, as links in messages begin."""
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.query or parts.fragment or parts.username or not _is_plain(text):
        raise SettingsError(
            f"{name} is {text!r}: write the address people open in a browser, such as "
            "https://assurance.example.gov.uk"
        )
    return text.rstrip("/")


def mail_server(name: str, text: str) -> MailServer:
    """Return the mail server. It may hold a password, so that no message quotes it."""
    try:
        parts = urlsplit(text)
        port = parts.port or {"smtp": 587, "smtps": 465}[parts.scheme]
        right = parts.hostname and parts.path in ("", "/") and not parts.query
    except (KeyError, ValueError):
        right = False
    if not right or not _is_plain(text):
        raise SettingsError(
            f"{name} is not an address of a mail server: write smtp://user:password@host:587, or "
            "smtps:// for a server that is encrypted from the first byte (in a user's name or "
            "password %40 stands for @, %3A for : and %2F for /)"
        )
    return MailServer(
        host=str(parts.hostname),
        port=port,
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def mailbox(name: str, text: str) -> str:
    before, at, after = text.rpartition("@")
    if not (before and at and after) or "@" in before or not _is_plain(text):
        raise SettingsError(f"{name} is {text!r}: write one address, such as noreply@example.org")
    return text


def scanner(name: str, text: str) -> str | tuple[str, int] | None:
    if not text or text.startswith("/"):
        return text or None
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and 0 < int(port[:9]) < 65536):
        raise SettingsError(
            f"{name} is {text!r}: write where ClamAV's daemon listens, such as 127.0.0.1:3310 or "
            "/run/clamav/clamd.ctl, or leave it out"
        )
    return host.strip("[]"), int(port)


def sign_in_hosts(name: str, text: str) -> tuple[SignInHost, ...]:
    """Return the places named, with spaces between them."""
    return tuple(_sign_in_host(name, one) for one in text.split())


def _sign_in_host(name: str, text: str) -> SignInHost:
    private = text.startswith("private:")
    plain = text.removeprefix("private:")
    here = plain.startswith("http://")
    try:
        parts = urlsplit(plain if here else f"https://{plain.removeprefix('https://')}")
        port = parts.port or (80 if here else 443)
        host = parts.hostname or ""
        right = bool(host) and not (parts.query or parts.fragment or parts.username)
        right = right and (host not in SHARED_BY_MANY or bool(parts.path.strip("/")))
        # Nobody reads along on the way from this machine to itself.
        right = right and (not here or ipaddress.ip_address(host).is_loopback)
    except ValueError:
        right = False
    if not right or not _is_plain(text) or LEADS_ELSEWHERE.search(parts.path):
        raise SettingsError(
            f"{name} has {text!r}: write hosts, each with a path where it serves others too, such "
            "as login.microsoftonline.com/11111111-2222-3333-4444-555555555555; private: before "
            "one in your own network"
        )
    return SignInHost(
        host=str(parts.hostname),
        port=port,
        path=parts.path.rstrip("/"),
        encrypted=not here,
        private=private or here,
    )


def contact(name: str, text: str) -> str:
    """Return how to reach somebody, as an address of the web; a mailbox becomes one."""
    if text.startswith(("https://", "mailto:", "tel:")) and _is_plain(text):
        return text
    return f"mailto:{mailbox(name, text)}"


def line(name: str, text: str) -> str:
    if not text.isprintable() or len(text) > LONGEST_LINE:
        raise SettingsError(f"{name} is not one line of at most {LONGEST_LINE} characters")
    return text.strip()


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable() and not set(text) & set(' <>"')


def text_as_given(_name: str, text: str) -> str:
    return text
