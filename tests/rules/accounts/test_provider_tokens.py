"""Which ID tokens are believed: the provider's own, for us, for this visit and for now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, RSAKey

from accounts.rules.providers import told_by
from accounts.service.provider_tokens import KeyUnknown, NotBelieved, claims_of
from foundation.errors import DomainError
from tests.provider import ANOTHER_KEY, CLIENT, KEY
from tests.spoiled_tokens import SIGNED, SPOILED, signed_by

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)
ISSUER = "https://sign-in.example/tenant"
EC = ECKey.generate_key("P-256", {"kid": "ec"})
PUBLISHED = [key.as_dict(private=False) for key in (KEY, EC)]


def claims():
    moment = int(NOON.timestamp())
    return {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "subject",
        "nonce": "the nonce",
        "iat": moment,
        "exp": moment + 300,
    }


def believed(token, keys=PUBLISHED):
    return claims_of(token, keys, issuer=ISSUER, client_id=CLIENT, nonce="the nonce", at=NOON)


@pytest.mark.parametrize("name", SPOILED)
def test_claims_that_are_not_for_us_are_not_believed(name):
    spoiled = claims()
    SPOILED[name](spoiled)

    with pytest.raises(DomainError):
        told_by(believed(signed_by(KEY, kid=KEY.kid)(spoiled)))


@pytest.mark.parametrize("name", SIGNED)
def test_what_the_provider_did_not_sign_is_not_believed(name):
    with pytest.raises(NotBelieved):
        believed(SIGNED[name](claims()))


def test_what_it_signed_is_believed_with_either_kind_of_key():
    by_curve = jwt.encode({"alg": "ES256", "kid": "ec"}, claims(), EC, ["ES256"])
    several = {**claims(), "aud": [CLIENT, "another"], "azp": CLIENT}

    assert told_by(believed(signed_by(KEY, kid=KEY.kid)(claims()))).subject == "subject"
    assert believed(by_curve)["sub"] == "subject"
    assert believed(signed_by(KEY, kid=KEY.kid)(several))["azp"] == CLIENT


def test_without_a_name_only_one_key_can_be_meant():
    token = signed_by(KEY)(claims())

    assert believed(token, PUBLISHED[:1])["sub"] == "subject"
    with pytest.raises(KeyUnknown):
        believed(token, [*PUBLISHED, ANOTHER_KEY.as_dict(private=False)])


@pytest.mark.parametrize(
    "said",
    [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "AAAA"}, {"n": "AAAA"}, {"e": None}],
    ids=["to encrypt", "another algorithm", "a shared secret", "short", "broken"],
)
def test_a_key_that_is_meant_for_something_else_signs_nothing(said):
    with pytest.raises(NotBelieved):
        believed(signed_by(KEY, kid=KEY.kid)(claims()), [{**PUBLISHED[0], **said}])


def test_a_key_of_1024_bits_signs_nothing_although_the_signature_is_right():
    with pytest.warns(SecurityWarning):
        short = RSAKey.generate_key(1024, {"kid": "short"})
    token = signed_by(short, kid="short")(claims())

    with pytest.raises(NotBelieved, match="could not be checked") as refused:
        believed(token, [short.as_dict(private=False)])
    assert refused.value.why == "short key"
