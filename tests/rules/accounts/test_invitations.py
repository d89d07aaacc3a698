"""Reading the addresses to invite, and what an invitation is worth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.invitations import (
    MOST_AT_ONCE,
    WrongAddresses,
    WrongRole,
    is_open,
    must_suit,
    read_addresses,
)
from accounts.rules.people import IN_WORDS, roles_of_kind
from accounts.rules.roles import OrganisationKind, Role
from foundation.errors import DomainError

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)


def read(text, members=frozenset(), invited=frozenset()):
    return read_addresses(text, members=members, invited=invited)


def test_addresses_are_read_one_a_line_in_lower_case_and_empty_lines_do_not_count():
    typed = "Ada@Example.test\r\n\n  o'neil+bids@mail.example.test \n"

    assert read(typed) == ["ada@example.test", "o'neil+bids@mail.example.test"]


def test_every_wrong_line_is_named_by_its_number():
    typed = "ada@example.test\n\nnobody\nada@example.test\nlead@example.test\nnew@example.test"

    with pytest.raises(WrongAddresses) as wrong:
        read(typed, members={"lead@example.test"}, invited={"new@example.test"})

    assert list(map(str, wrong.value.lines)) == [
        "Line 3: enter an email address like name@company.co.uk",
        "Line 4: ada@example.test stands on line 1 already",
        "Line 5: lead@example.test belongs to the team with this role already",
        "Line 6: new@example.test is invited already; you can send that invitation again",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "ada",
        "ada@",
        "@example.test",
        "ada@example",
        "a da@example.test",
        "ada@example.test, tom@example.test",
        "Ada <ada@example.test>",
        "a" * 250 + "@example.test",
    ],
)
def test_what_cannot_be_an_address_is_refused(typed):
    with pytest.raises(WrongAddresses, match="Line 1: enter an email address like"):
        read(typed)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (" \n\n", "Enter at least one email address"),
        (
            "\n".join(f"a{number}@example.test" for number in range(MOST_AT_ONCE + 1)),
            "Enter 20 email addresses or fewer; you have entered 21",
        ),
    ],
    ids=["none", "too many"],
)
def test_none_and_too_many_addresses_are_refused(typed, message):
    with pytest.raises(DomainError, match=message):
        read(typed)


@pytest.mark.parametrize(
    ("accepted", "withdrawn", "expires", "expected"),
    [
        (None, None, NOON + timedelta(seconds=1), True),
        (None, None, NOON, False),
        (NOON, None, NOON + timedelta(days=1), False),
        (None, NOON, NOON + timedelta(days=1), False),
    ],
    ids=["open", "past its time", "accepted", "withdrawn"],
)
def test_an_invitation_is_open_until_it_is_used_withdrawn_or_past_its_time(
    accepted, withdrawn, expires, expected
):
    assert is_open(accepted, withdrawn, expires, NOON) is expected


def test_a_role_must_suit_the_kind_of_organisation():
    must_suit(Role.CONTRIBUTOR, OrganisationKind.SUPPLIER)

    with pytest.raises(WrongRole):
        must_suit(Role.OFFICER, OrganisationKind.SUPPLIER)


def test_every_role_is_said_in_words_and_offered_to_one_kind_of_organisation():
    offered = [role for kind in OrganisationKind for role in roles_of_kind(kind)]

    assert set(IN_WORDS) == set(Role)
    assert sorted(offered) == sorted(Role)
