"""What a provider publishes of itself: where it is asked, and the keys it signs with.

Kept for ten minutes in this process, so that a sign-in does not ask for it each time, and for a few
seconds that it could not be had, so that a provider which is down does not hold everybody up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from accounts.rules.providers import ALGORITHMS
from accounts.service.provider_web import NotReached, allowed, document_at
from foundation import clock

WELL_KNOWN = "/.well-known/openid-configuration"
KEPT_FOR = timedelta(minutes=10)
# A key that is not there is looked for again, but not at each token somebody makes up.
LOOKED_AGAIN_AFTER = timedelta(seconds=30)
NOT_TRIED_FOR = timedelta(seconds=15)
KEPT = "documents_of_sign_in_providers"
MOST_KEYS = 50


@dataclass(frozen=True, slots=True)
class Document:
    """Where a provider is asked for what, each address one that the installation allows."""

    issuer: str
    authorization: str
    token: str
    keys: str
    # Whether the client's secret is shown in a header; else in the form.
    basic: bool
    # Whether it promises to say in each answer who it is (RFC 9207).
    names_itself: bool


def document_of(issuer: str) -> Document:
    """Return what the provider says of itself. Raises NotAllowed and NotReached."""
    allowed(issuer)
    address = issuer.rstrip("/") + WELL_KNOWN
    found: Document = _kept(address, lambda: _document(issuer, document_at(address)), KEPT_FOR)
    return found


def keys_of(document: Document, *, again: bool = False) -> list[dict[str, Any]]:
    """Return the keys it signs with. Raises NotAllowed and NotReached.

    ``again``: one was missing; look anew unless that was done a moment ago.
    """
    lasts = LOOKED_AGAIN_AFTER if again else KEPT_FOR
    found: list[dict[str, Any]] = _kept(
        document.keys, lambda: _keys(document_at(document.keys)), lasts
    )
    return found


def forget() -> None:
    """Ask anew for everything: an administrator has changed something."""
    current_app.extensions.pop(KEPT, None)


def _kept(address: str, ask: Callable[[], Any], lasts: timedelta) -> Any:
    kept: dict[str, tuple[datetime, Any]] = current_app.extensions.setdefault(KEPT, {})
    asked_at, found = kept.get(address, (None, None))
    if isinstance(found, NotReached):
        lasts = min(lasts, NOT_TRIED_FOR)
    # A clock set back must not keep an answer for ever.
    if asked_at is None or abs(clock.now() - asked_at) >= lasts:
        try:
            found = ask()
        except NotReached as error:
            found = error
        kept[address] = (clock.now(), found)
    if isinstance(found, NotReached):
        raise NotReached(str(found))
    return found


def _document(issuer: str, said: dict[str, Any]) -> Document:
    if said.get("issuer") != issuer:
        raise NotReached(
            "It calls itself by another issuer than the one entered here: copy the issuer from its "
            "own page, to the last character"
        )
    if not _fits(said, "response_types_supported", {"code"}):
        raise NotReached("It offers no sign-in by authorization code")
    if not _fits(said, "code_challenge_methods_supported", {"S256"}):
        raise NotReached("It does not offer PKCE with S256")
    if not _fits(said, "id_token_signing_alg_values_supported", set(ALGORITHMS)):
        raise NotReached("It signs in no way that is safe enough here")
    authorization, token, keys = map(
        said.get, ("authorization_endpoint", "token_endpoint", "jwks_uri")
    )
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Document(
        issuer,
        authorization=_address(authorization),
        token=_address(token),
        keys=_address(keys),
        basic=isinstance(methods, list) and "client_secret_basic" in methods,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(said: object) -> str:
    if not isinstance(said, str):
        raise NotReached("It does not say where it is to be asked")
    allowed(said)
    return said


def _fits(said: dict[str, Any], name: str, wanted: set[str]) -> bool:
    """Return whether it offers one of ``wanted``; what it does not say, it is asked."""
    offered = said.get(name)
    return not isinstance(offered, list) or any(one in wanted for one in offered)


def _keys(said: dict[str, Any]) -> list[dict[str, Any]]:
    found = said.get("keys")
    if not isinstance(found, list):
        raise NotReached("It does not say by which keys it signs")
    return [one for one in found[:MOST_KEYS] if isinstance(one, dict)]
