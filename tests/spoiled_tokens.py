"""ID tokens an attacker may send: claims that are not for us, and signatures that are nobody's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.provider import ANOTHER_KEY, KEY

UNKNOWN_KEY = RSAKey.import_key(ANOTHER_KEY.as_dict(private=True), {"kid": "unknown"})


def encoded(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def signed_by_nobody(claims):
    header = encoded(b'{"alg":"none"}')
    return b".".join((header, encoded(json.dumps(claims).encode()), b"")).decode()


def signed_with_the_public_key(claims):
    """As if what everybody can read were a shared secret."""
    header = encoded(json.dumps({"alg": "HS256", "kid": KEY.kid}).encode())
    said = b".".join((header, encoded(json.dumps(claims).encode())))
    made = hmac.new(KEY.as_pem(private=False), said, hashlib.sha256).digest()
    return b".".join((said, encoded(made))).decode()


def signed_by(key, **header):
    return lambda claims: jwt.encode({"alg": "RS256", **header}, claims, key)


def changed_afterwards(claims):
    header, payload, signature = signed_by(KEY, kid=KEY.kid)(claims).split(".")
    other = encoded(json.dumps({**claims, "sub": "somebody else"}).encode()).decode()
    return ".".join((header, other, signature))


SPOILED = {
    "another nonce": lambda claims: claims.update(nonce="another"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "several nonces": lambda claims: claims.update(nonce=[claims["nonce"], "another"]),
    "another issuer": lambda claims: claims.update(iss=claims["iss"].replace("tenant", "other")),
    "no issuer": lambda claims: claims.pop("iss"),
    "for another": lambda claims: claims.update(aud="another"),
    "for nobody": lambda claims: claims.pop("aud"),
    "for several": lambda claims: claims.update(aud=[claims["aud"], "another"]),
    "made for another": lambda claims: claims.update(azp="another"),
    "expired": lambda claims: claims.update(exp=claims["iat"] - 61),
    "without an end": lambda claims: claims.pop("exp"),
    "ending never": lambda claims: claims.update(exp="9999999999"),
    "of the future": lambda claims: claims.update(iat=claims["iat"] + 120),
    "not yet": lambda claims: claims.update(nbf=claims["iat"] + 120),
    "of nobody": lambda claims: claims.pop("sub"),
    "of a number": lambda claims: claims.update(sub=7),
    "of somebody endless": lambda claims: claims.update(sub="s" * 256),
}
SIGNED = {
    "by nobody": signed_by_nobody,
    "with the public key": signed_with_the_public_key,
    "by another key of the same name": signed_by(ANOTHER_KEY, kid=KEY.kid),
    "by a key that comes along": signed_by(
        ANOTHER_KEY, kid=KEY.kid, jwk=ANOTHER_KEY.as_dict(private=False)
    ),
    "by a key nobody published": signed_by(UNKNOWN_KEY, kid="unknown"),
    "and changed": changed_afterwards,
    "as no token": lambda _claims: "a.b.c",
    "as something else": lambda _claims: {"sub": "subject"},
}
