"""What a sign-in of an authority (OpenID Connect) may say, and for whom its word counts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.rules.invitations import ADDRESS, LONGEST_ADDRESS, LONGEST_NAME
from foundation.errors import DomainError

# Signed with a private key only: what a public key or nothing "signs", anybody can sign.
ALGORITHMS = (
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512"),
)
# OpenID Connect Core 2: at most 255 ASCII characters.
SUBJECT = re.compile(r"[ -~]{1,255}")
LONGEST_NAME_OF_PROVIDER = 60
MOST_LINES = 20
DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
WORD = re.compile(r"[!-~]{1,200}")
# By what a sign-in was proven.
WITH_SECOND_FACTOR, ALONE, AND_CODE = "provider", "provider alone", "provider and code"


class WrongSetting(DomainError):
    """Something typed about a sign-in cannot be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a provider said of somebody, once it is sure that the provider said it."""

    subject: str
    # In lower case; empty unless the provider says that the address is confirmed.
    verified_email: str
    name: str
    # When the person last showed the provider who he is, in seconds since 1970; None: not said.
    signed_in_at: float | None
    # The words of `amr` and `acr`: how it was shown.
    methods: frozenset[str]


def told_by(claims: Mapping[str, Any]) -> Told:
    """Return what counts of the claims of an ID token. Raises DomainError for no usable subject."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not SUBJECT.fullmatch(subject):
        raise DomainError("It did not say who you are")
    email, at = claims.get("email"), claims.get("auth_time")
    # Entra says by `xms_edov` that the owner of the domain is known; others use the standard word.
    verified = claims.get("email_verified") is True or claims.get("xms_edov") in (True, 1, "1")
    plain = email.strip().lower() if isinstance(email, str) else ""
    right = verified and len(plain) <= LONGEST_ADDRESS and ADDRESS.fullmatch(plain)
    methods = [claims.get("acr"), *_listed(claims.get("amr"))]
    return Told(
        subject=subject,
        verified_email=plain if right and plain.isascii() else "",
        name=_name(claims.get("name")),
        signed_in_at=float(at)
        if isinstance(at, int | float) and not isinstance(at, bool) and abs(at) < 1e12
        else None,
        methods=frozenset(one for one in methods if isinstance(one, str)),
    )


def domains_typed(text: str) -> frozenset[str]:
    """Return the e-mail domains typed one a line. Raises WrongSetting."""
    lines = [line.strip().lower().removeprefix("@") for line in text.splitlines() if line.strip()]
    if not lines:
        raise WrongSetting("Enter at least one email domain", field="domains")
    if len(lines) > MOST_LINES:
        raise WrongSetting(f"Enter {MOST_LINES} domains or fewer", field="domains")
    for line in lines:
        if not DOMAIN.fullmatch(line):
            raise WrongSetting(
                f"Enter domains like hollowmere.gov.uk, one a line: {line[:60]} is none",
                field="domains",
            )
    return frozenset(lines)


def words_typed(text: str) -> frozenset[str]:
    """Return the words of `amr` or `acr` typed one a line; none for none. Raises WrongSetting."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES or not all(map(WORD.fullmatch, lines)):
        raise WrongSetting(
            f"Enter words as the provider sends them, one a line, {MOST_LINES} or fewer",
            field="second_factor",
        )
    return frozenset(lines)


def name_typed(text: str) -> str:
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST_NAME_OF_PROVIDER or not plain.isprintable():
        raise WrongSetting(
            f"Enter a name of {LONGEST_NAME_OF_PROVIDER} characters or fewer", field="name"
        )
    return plain


def word_typed(text: str, field: str, what: str) -> str:
    plain = text.strip()
    if not WORD.fullmatch(plain):
        raise WrongSetting(f"Enter {what}", field=field)
    return plain


def may_vouch_for(email: str, domains: frozenset[str]) -> bool:
    """Return whether the address is in one of the very domains; part of one is another."""
    return bool(email) and email.rpartition("@")[2] in domains


def second_factor_used(told: Told, wanted: frozenset[str]) -> bool:
    """Return whether the provider said one of the words that the authority counts."""
    return bool(told.methods & wanted)


def challenge_of(verifier: str) -> str:
    """Return what RFC 7636 calls the S256 challenge of a verifier."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _listed(value: object) -> list[object]:
    return list(value[:MOST_LINES]) if isinstance(value, list) else [value]


def _name(value: object) -> str:
    plain = " ".join(value.split()) if isinstance(value, str) else ""
    return plain[:LONGEST_NAME] if plain.isprintable() else ""
