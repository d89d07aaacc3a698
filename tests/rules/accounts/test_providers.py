"""For whom a provider's word counts, what it says, and where it may be."""

from __future__ import annotations

import pytest

from accounts.rules.providers import (
    WrongSetting,
    challenge_of,
    domains_typed,
    may_vouch_for,
    second_factor_used,
    told_by,
    words_typed,
)
from foundation.errors import DomainError
from foundation.settings_read import SettingsError, sign_in_hosts

ENTRA = "https://login.microsoftonline.com/1111/v2.0"


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": " Ada@Hollowmere.Example ", "email_verified": True}, "ada@hollowmere.example"),
        ({"email": "ada@hollowmere.example", "xms_edov": "1"}, "ada@hollowmere.example"),
        ({"email": "ada@hollowmere.example"}, ""),
        ({"email": "ada@hollowmere.example", "email_verified": "true"}, ""),
        ({"email": "ad\u0430@hollowmere.example", "email_verified": True}, ""),
        ({"preferred_username": "ada@hollowmere.example", "email_verified": True}, ""),
    ],
    ids=["confirmed", "by Entra", "not said", "a word", "a look-alike", "another claim"],
)
def test_only_a_confirmed_address_counts(claims, email):
    assert told_by({"sub": "s", **claims}).verified_email == email


@pytest.mark.parametrize("subject", [None, "", 7, "s" * 256, "s\n", "\u0430"])
def test_a_subject_is_up_to_255_plain_characters(subject):
    assert told_by({"sub": "s" * 255}).subject == "s" * 255
    with pytest.raises(DomainError):
        told_by({"sub": subject})


def test_how_it_was_shown_is_read_from_amr_and_acr_and_nothing_else_counts():
    told = told_by({"sub": "s", "amr": ["pwd", "mfa", 7], "acr": "2"})

    assert told.methods == {"pwd", "mfa", "2"}
    assert second_factor_used(told, frozenset({"mfa"}))
    assert not second_factor_used(told, frozenset())
    assert not second_factor_used(told_by({"sub": "s", "amr": "mfa2"}), frozenset({"mfa"}))


@pytest.mark.parametrize("at", [None, True, "1", [], 1e15, float("nan")])
def test_when_somebody_signed_in_there_is_a_number_or_not_said(at):
    assert told_by({"sub": "s", "auth_time": at}).signed_in_at is None
    assert told_by({"sub": "s", "auth_time": 7}).signed_in_at == 7


def test_a_domain_is_the_whole_of_what_follows_the_at():
    domains = domains_typed("Hollowmere.gov.uk\n@schools.example ")

    assert may_vouch_for("ada@hollowmere.gov.uk", domains)
    assert may_vouch_for("ben@schools.example", domains)
    for email in ("", "a@evilhollowmere.gov.uk", "a@x.hollowmere.gov.uk", "a@hollowmere.gov.uk.x"):
        assert not may_vouch_for(email, domains)


@pytest.mark.parametrize("typed", ["", "gov", "*.gov.uk", "a b.uk", "h\u043ellowmere.uk", "-a.uk"])
def test_what_is_no_domain_is_refused(typed):
    with pytest.raises(WrongSetting):
        domains_typed(typed)


def test_words_are_typed_one_a_line():
    assert words_typed(" mfa\n\nurn:x:2 ") == {"mfa", "urn:x:2"}
    with pytest.raises(WrongSetting):
        words_typed("two words")


def test_the_challenge_is_that_of_the_standard():
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize(
    "address",
    [
        "http://login.microsoftonline.com/1111/v2.0",
        "https://login.microsoftonline.com/11112/v2.0",
        "https://login.microsoftonline.com/2222/v2.0",
        "https://login.microsoftonline.com/1111/../2222/v2.0",
        "https://login.microsoftonline.com/1111/%2e%2e/2222",
        "https://login.microsoftonline.com/1111\\..\\2222",
        "https://login.microsoftonline.com:444/1111/v2.0",
        "https://login.microsoftonline.com@evil.example/1111/v2.0",
        "https://evil.example/1111/v2.0",
        "https://login.microsoftonline.com.evil.example/1111",
        "https://login.microsoftonline.com/1111/v2.0#x",
        "https://login.microsoftonline.com:x/1111",
        "",
    ],
)
def test_an_allowed_place_holds_only_what_begins_like_it(address):
    (place,) = sign_in_hosts("HOSTS", "login.microsoftonline.com/1111")

    assert place.holds(ENTRA)
    assert place.holds("https://LOGIN.microsoftonline.com:443/1111?p=x")
    assert not place.holds(address)


def test_places_are_written_with_spaces_between_them():
    first, second, third = sign_in_hosts(
        "HOSTS", "sign-in.example private:adfs.council.example:8443/adfs http://127.0.0.1:5000"
    )

    assert (first.port, first.encrypted, first.private, first.path) == (443, True, False, "")
    assert (second.port, second.private, second.path) == (8443, True, "/adfs")
    assert (third.port, third.encrypted, third.private) == (5000, False, True)


@pytest.mark.parametrize(
    "text",
    [
        "http://sign-in.example",
        "https://",
        "a/../b",
        "user@host",
        "host?x",
        "host:99999",
        "login.microsoftonline.com",
    ],
)
def test_a_place_that_is_not_safe_or_not_clear_is_refused(text):
    with pytest.raises(SettingsError):
        sign_in_hosts("HOSTS", text)
