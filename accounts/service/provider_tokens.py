"""Whether an ID token is the provider's own, for us, for this visit and for now (OpenID Connect).

Everything is checked before a word of it is believed. Signatures and times are joserfc's work;
which keys and algorithms may count at all is decided here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from accounts.rules.providers import ALGORITHMS
from foundation import logs
from foundation.errors import DomainError

# How far the provider's clock may be from ours.
LEEWAY_SECONDS = 60
LONGEST_TOKEN = 64 * 1024
# A modulus of 2,048 bits, in base64.
SHORTEST_MODULUS = 342
PUBLIC = frozenset({"kty", "n", "e", "crv", "x", "y"})
# Which kind of key signs by an algorithm that begins so: a public key is never taken for a secret.
KINDS: dict[str, type[RSAKey | ECKey]] = {"RS": RSAKey, "PS": RSAKey, "ES": ECKey}


class NotBelieved(DomainError):
    """A token that is not what it should be; which check failed, only the log says."""

    def __init__(self, why: str) -> None:
        super().__init__("What it said about you could not be checked. Try again")
        self.why = why
        logs.logger.warning("An ID token was refused: %s", why)


class KeyUnknown(NotBelieved):
    """No key fits: it may have been published since."""


def claims_of(
    token: object,
    keys: list[dict[str, Any]],
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    at: datetime,
) -> dict[str, Any]:
    """Return what an ID token says. Raises NotBelieved, and KeyUnknown where no key fits."""
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise NotBelieved("no token")
    registry = jwt.JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
    )
    try:
        claims = jwt.decode(token, lambda found: _key(found.headers(), keys), ALGORITHMS).claims
        registry.validate(claims)
    except JoseError as error:
        raise NotBelieved(f"{type(error).__name__} {error.error}") from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotBelieved(type(error).__name__) from None
    if not isinstance(claims["nonce"], str):
        raise NotBelieved("nonce")
    audience, party = claims["aud"], claims.get("azp")
    # For several, it must be made for us.
    if (party is not None or audience not in (client_id, [client_id])) and party != client_id:
        raise NotBelieved("azp")
    return claims


def _key(header: Any, keys: list[dict[str, Any]]) -> RSAKey | ECKey:
    """Return the one key that may have signed. Raises NotBelieved and KeyUnknown."""
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise NotBelieved("algorithm")
    kind = KINDS[algorithm[:2]]
    fitting = [
        one
        for one in keys
        if one.get("kty") == kind.key_type
        and one.get("use", "sig") == "sig"
        and one.get("alg", algorithm) == algorithm
        and (name is None or one.get("kid") == name)
    ]
    # Without a name only one key can be meant.
    if len(fitting) != 1:
        raise KeyUnknown("key")
    # Nothing but the public key: what else is said of it has been looked at.
    public = {name: value for name, value in fitting[0].items() if name in PUBLIC}
    if kind is RSAKey and len(str(public.get("n", ""))) < SHORTEST_MODULUS:
        raise NotBelieved("short key")
    return kind.import_key(public)
