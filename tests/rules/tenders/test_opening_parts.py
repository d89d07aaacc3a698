"""A part of an opening key is read as people write it, and a slip is noticed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.keys import SealBroken
from tenders import boxes
from tenders.rules.opening import (
    ALPHABET,
    RANDOM_CHARACTERS,
    TOGETHER_WITHIN,
    OpeningUnclear,
    PartMistyped,
    StillStoring,
    missing_for_publication,
    must_be_stored,
    must_be_three_people,
    pair_of,
    pairs,
    part_in_groups,
    part_typed,
)
from tenders.rules.opening import Custodian as Holder

WORDS = st.text(ALPHABET, min_size=RANDOM_CHARACTERS, max_size=RANDOM_CHARACTERS)


def test_a_part_is_eight_groups_of_four_with_at_least_128_random_bits():
    printed = part_in_groups("0123456789ABCDEFGHJKMNPQRSTV")

    assert [len(group) for group in printed.split()] == [4] * 8
    assert len(ALPHABET) ** RANDOM_CHARACTERS >= 2**128


def test_a_part_that_was_printed_once_is_read_by_every_later_version():
    """Written down here: a part lies in a safe for months, and its check letters with it."""
    printed = "0123 4567 89AB CDEF GHJK MNPQ RSTV 5PYY"

    assert part_in_groups("0123456789ABCDEFGHJKMNPQRSTV") == printed
    assert part_typed(printed) == "0123456789ABCDEFGHJKMNPQRSTV"


@given(WORDS)
def test_what_is_printed_is_read_back(words):
    assert part_typed(part_in_groups(words)) == words


@given(WORDS)
def test_small_letters_dashes_and_letters_that_look_like_digits_do_not_matter(words):
    printed = part_in_groups(words)
    as_written = printed.lower().replace("0", "o").replace("1", "l").replace(" ", " - ")

    assert part_typed(f"  {as_written}\t\n") == words
    assert part_typed(printed.replace(" ", "").replace("1", "I").replace("0", "O")) == words


@given(WORDS, st.integers(0, RANDOM_CHARACTERS - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(words, at, other):
    printed = part_in_groups(words).replace(" ", "")
    wrong = printed[:at] + other + printed[at + 1 :]
    if wrong == printed:
        return

    with pytest.raises(PartMistyped, match="a character is not as it is printed"):
        part_typed(wrong)


@given(WORDS, st.integers(0, 6))
def test_two_groups_exchanged_are_noticed(words, at):
    groups = part_in_groups(words).split()
    groups[at], groups[at + 1] = groups[at + 1], groups[at]
    if " ".join(groups) == part_in_groups(words):
        return

    with pytest.raises(PartMistyped):
        part_typed(" ".join(groups))


@pytest.mark.parametrize("typed", ["", " ", "ABCD", "U" * 32, "€" * 32, "0" * 33, "x" * 10_000])
def test_what_is_no_part_is_said_to_be_none(typed):
    with pytest.raises(PartMistyped, match="8 groups of 4 letters and digits"):
        part_typed(typed)


def test_any_two_of_three_make_a_pair_and_each_pair_has_one_order():
    assert pairs([1, 2, 3]) == [(1, 2), (2, 3), (3, 1)]
    found = {pair_of(one, other) for one in (1, 2, 3) for other in (1, 2, 3) if one != other}
    assert found == {(1, 2), (2, 3), (3, 1)}


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ((1, 2, None), "Select three officers"),
        ((1, 2), "Select three officers"),
        ((1, 2, 1), "Select three different officers"),
    ],
)
def test_three_different_people_hold_the_parts(people, message):
    with pytest.raises(OpeningUnclear, match=message):
        must_be_three_people(people)


def holder(name, *, has_taken=True, may_open=True):
    return Holder(1, 1, name, "", has_taken, may_open)


@pytest.mark.parametrize(
    ("holders", "message"),
    [
        ([], "Name the three officers who hold the parts of the opening key"),
        ([holder("A"), holder("B"), holder("C")], ""),
        ([holder("A"), holder("B", has_taken=False), holder("C")], "B has not taken the part yet"),
        (
            [holder("A"), holder("B", has_taken=False), holder("C", has_taken=False)],
            "B, C have not taken the part yet",
        ),
        (
            [holder("A"), holder("B", may_open=False), holder("C")],
            "Name somebody else for B, who may not open bids any more",
        ),
    ],
)
def test_publication_waits_for_three_parts_of_people_who_may_open(holders, message):
    assert missing_for_publication(holders) == message


CLOSES = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_the_opening_waits_ten_minutes_for_what_came_in_before_the_closing_time_and_no_longer():
    over = CLOSES + timedelta(minutes=10)

    for moment in (CLOSES, over - TICK):
        must_be_stored(0, CLOSES, moment)
        with pytest.raises(StillStoring):
            must_be_stored(1, CLOSES, moment)
    must_be_stored(1, CLOSES, over)
    must_be_stored(1, None, CLOSES)


def test_the_second_officer_has_a_quarter_of_an_hour_as_the_guide_says():
    assert timedelta(minutes=15) == TOGETHER_WITHIN


def test_what_is_sealed_to_two_opens_with_both_secrets_in_order_and_nothing_less():
    one, other, stranger = (boxes.new_secret() for _ in range(3))
    publics = [boxes.public_of(one), boxes.public_of(other)]
    sealed = boxes.seal_to(publics, b"key", context="here")

    assert boxes.open_with([one, other], sealed, context="here") == b"key"
    for secrets in ([one], [other], [other, one], [one, stranger], [one, one], []):
        with pytest.raises(SealBroken):
            boxes.open_with(secrets, sealed, context="here")
    with pytest.raises(SealBroken):
        boxes.open_with([one, other], sealed, context="elsewhere")


def test_every_changed_byte_of_a_box_is_noticed():
    secret = boxes.new_secret()
    sealed = boxes.base64.b64decode(boxes.seal_to([boxes.public_of(secret)], b"k", context="c"))
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 1
        with pytest.raises(SealBroken):
            boxes.open_with([secret], boxes.base64.b64encode(changed).decode(), context="c")


def test_the_same_words_give_another_secret_for_another_purpose():
    assert boxes.secret_from("ABC", purpose="1") != boxes.secret_from("ABC", purpose="2")
