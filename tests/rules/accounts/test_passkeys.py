"""Where passkeys count, what they are called, and when a device has counted back."""

from __future__ import annotations

import pytest

from accounts.rules.passkeys import (
    LONGEST_NAME,
    MOST,
    Place,
    TooMany,
    WrongName,
    checked_name,
    counts_on,
    must_have_room,
    place_of,
)


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("https://assurance.example.gov.uk", "assurance.example.gov.uk", None),
        ("https://Assurance.Example.gov.uk:443", "assurance.example.gov.uk", None),
        ("https://assurance.example.gov.uk/below", "assurance.example.gov.uk", None),
        (
            "https://assurance.example.gov.uk:8443",
            "assurance.example.gov.uk",
            "https://assurance.example.gov.uk:8443",
        ),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://localhost", "localhost", "http://localhost"),
    ],
)
def test_passkeys_count_at_the_address_of_the_service_as_browsers_write_it(address, host, origin):
    assert place_of(address) == Place(host, origin or f"https://{host}")


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://[::1]:8000"])
def test_browsers_make_no_passkeys_for_numbers(address):
    assert place_of(address) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (" \t", "Enter a name for the passkey"),
        ("x" * (LONGEST_NAME + 1), "Enter a name of 60 characters or fewer"),
        ("my\u200bphone", "Enter a name that can be printed"),
        ("MY  phone", "Enter another name: you have a passkey with this one"),
    ],
    ids=["empty", "long", "unseen", "taken"],
)
def test_a_name_that_does_not_tell_passkeys_apart_is_refused(typed, sentence):
    with pytest.raises(WrongName, match=f"^{sentence}$") as refused:
        checked_name(typed, ["My phone"])

    assert refused.value.field == "name"


def test_a_name_is_kept_with_its_white_space_made_one():
    assert checked_name("  My \n phone ", ["my other phone"]) == "My phone"


def test_ten_is_the_most():
    must_have_room(MOST - 1)
    with pytest.raises(TooMany, match="because you have 10: remove one first"):
        must_have_room(MOST)


@pytest.mark.parametrize(
    ("known", "said", "right"),
    [(0, 0, True), (0, 1, True), (7, 8, True), (7, 7, False), (7, 6, False), (7, 0, False)],
)
def test_a_device_that_counts_goes_up(known, said, right):
    assert counts_on(known, said) is right
