"""Where somebody stands follows from everything declared and decided, in the order it was done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.interest_hints import BidderKnown, PersonKnown, domain_of, hints, name_in
from scoring.rules.interests import Decided, Entry, standing

FIRST = datetime(2026, 12, 2, 12, tzinfo=UTC)
SAID, OTHERWISE = ("family", "My brother works there"), ("money", "And I hold shares")


def after(hours):
    return FIRST + timedelta(hours=hours)


def looked(hours, **named):
    return Entry(after(hours), True, bool(named), "", {int(k[1:]): v for k, v in named.items()})


def test_who_declared_nothing_has_not_looked_and_is_kept_from_no_single_bid():
    stands = standing((), ())

    assert (stands.declared, stands.has_looked, stands.kept_from) == (False, False, frozenset())


def test_a_declaration_before_the_bidders_are_known_is_no_look_at_them():
    stands = standing([Entry(FIRST, False)], ())

    assert (stands.declared, stands.has_looked) == (True, False)


def test_bidders_added_since_are_to_be_looked_at():
    assert standing([looked(1)], (), after(0)).has_looked
    assert standing([looked(1)], (), after(1)).has_looked
    assert not standing([looked(1)], (), after(2)).has_looked
    assert standing([looked(1), looked(3)], (), after(2)).has_looked


@pytest.mark.parametrize(
    ("entries", "decisions", "kept"),
    [
        ([looked(1, b7=SAID)], [], {7}),
        # A later one that does not name the bid takes nothing back.
        ([looked(1, b7=SAID), looked(2)], [], {7}),
        ([looked(1, b7=SAID)], [Decided(after(2), 7, False)], set()),
        ([looked(1, b7=SAID)], [Decided(after(2), 7, True)], {7}),
        # The same said again is decided; something else is not.
        ([looked(1, b7=SAID), looked(3, b7=SAID)], [Decided(after(2), 7, False)], set()),
        ([looked(1, b7=SAID), looked(3, b7=OTHERWISE)], [Decided(after(2), 7, False)], {7}),
        # The last decision counts.
        (
            [looked(1, b7=SAID)],
            [Decided(after(3), 7, False), Decided(after(2), 7, True)],
            set(),
        ),
        # Nothing has to be declared for somebody to be kept away.
        ([], [Decided(after(2), 7, True)], {7}),
        # What is decided about every bid decides nothing about one that was named.
        ([looked(1, b7=SAID)], [Decided(after(2), None, False)], {7}),
    ],
)
def test_a_bid_named_is_kept_away_until_somebody_decides_otherwise(entries, decisions, kept):
    assert standing(entries, decisions).kept_from == kept


def test_an_interest_in_the_whole_tender_keeps_from_all_until_decided():
    entry = Entry(after(1), True, True, "My firm sells such sensors")

    assert standing([entry], ()).kept_from_all
    assert not standing([entry], [Decided(after(2), None, False)]).kept_from_all
    assert standing([entry], [Decided(after(2), None, True)]).kept_from_all
    assert standing([entry, looked(3)], ()).kept_from_all


def test_an_interest_declared_early_waits_until_decided_or_until_the_bidders_are_known():
    early = Entry(after(1), False, True, "My brother sells sensors")

    assert standing([early], ()).waits_for_decision
    assert not standing([early], ()).kept_from_all
    assert not standing([early], [Decided(after(2), None, False)]).waits_for_decision
    assert not standing([early, looked(3)], ()).waits_for_decision


hours = st.integers(0, 50)
entries = st.builds(
    Entry,
    at=hours.map(after),
    bidders_known=st.booleans(),
    has_interest=st.booleans(),
    words=st.sampled_from(["", "a", "b"]),
    named=st.dictionaries(st.integers(1, 4), st.sampled_from([SAID, OTHERWISE])),
)


@given(
    st.lists(entries),
    st.lists(st.builds(Decided, hours.map(after), st.integers(1, 4), st.just(True))),
)
def test_declaring_more_never_lets_anybody_back_to_a_bid(declared, decided):
    before = standing(declared, decided).kept_from

    more = [*declared, Entry(after(60), True)]

    assert standing(more, decided).kept_from == before


@given(st.permutations([looked(1, b7=SAID), looked(2, b7=OTHERWISE), looked(3, b8=SAID)]))
def test_the_order_in_which_they_are_read_does_not_matter(declared):
    assert standing(declared, ()).kept_from == {7, 8}


BIDDER = BidderKnown(
    supplier_id=3,
    names=("Omniflow", "Omniflow Mobility Insights Ltd"),
    company_number="01234567",
    emails=("mara@omniflow.test", "lead@gmail.com"),
    with_it=("Tamsin Quill", "Larkmead Sensing Ltd"),
)


@pytest.mark.parametrize(
    ("person", "found"),
    [
        (PersonKnown("tom@omniflow.test"), "addresses at omniflow.test too"),
        (PersonKnown("TOM@Omniflow.Test"), "addresses at omniflow.test too"),
        (PersonKnown("tom@marlwick.test", supplier_ids={3}), "has an account with this supplier"),
        (PersonKnown("a@b.test", words="I worked for OMNIFLOW until May"), "words of the name"),
        (PersonKnown("a@b.test", words="company 01234567, as a director"), "number 01234567"),
        (PersonKnown("a@b.test", words="Larkmead Sensing employs my sister"), "name Larkmead"),
        (PersonKnown("a@b.test", name="Tamsin Quill"), "has the same name"),
    ],
)
def test_what_may_connect_somebody_with_a_bidder_is_hinted_at(person, found):
    assert [found in hint for hint in hints(person, BIDDER)].count(True) == 1


@pytest.mark.parametrize(
    "person",
    [
        PersonKnown("tom@marlwick.test", name="Tom Hale", supplier_ids={4}),
        PersonKnown("tom@gmail.com"),
        PersonKnown("a@b.test", words="I worked for a mobility company with insights"),
        PersonKnown("a@b.test", words="Number 012345678 is another one"),
        PersonKnown(""),
    ],
)
def test_what_says_nothing_is_not_hinted_at(person):
    assert hints(person, BIDDER) == ()


def test_a_domain_that_everybody_can_have_is_none():
    assert (domain_of("tom@gmail.com"), domain_of("tom@Council.Test")) == ("", "council.test")


def test_a_name_that_is_only_a_common_word_or_too_short_is_not_looked_for():
    assert not name_in("The Services Group Ltd", "the services group")
    assert not name_in("ABC Ltd", "abc")
    assert name_in("Acme Ltd", "shares in ACME, sold since")


@given(st.text(), st.text())
def test_any_words_can_be_compared(name, text):
    assert name_in(name, text) in (True, False)
