"""Who makes two people, for what, and until when."""

from datetime import UTC, datetime, timedelta

import pytest

from tenders.rules.approvals import (
    DECIDED,
    TWO_PEOPLE,
    ApprovalKind,
    ApprovalState,
    Lapsed,
    NotEntitled,
    NotWaiting,
    Overtaken,
    Request,
    SamePerson,
    Somebody,
    has_lapsed,
    must_be_agreeable,
    must_be_askable,
    must_be_decidable,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST = Somebody(1, may_ask=True, may_agree=True)
SECOND = Somebody(2, may_ask=False, may_agree=True)
READER = Somebody(3, may_ask=False, may_agree=False)


def request(state=ApprovalState.WAITING, about="a" * 64, lapses_at=None):
    return Request(ApprovalKind.PUBLISH, about, state, FIRST.id, lapses_at)


def test_two_different_entitled_people_make_two_people():
    must_be_agreeable(request(), FIRST, SECOND, "a" * 64, NOON)


@pytest.mark.parametrize(
    ("first", "second", "about", "raised"),
    [
        (FIRST, FIRST, "a" * 64, SamePerson),
        (FIRST, READER, "a" * 64, NotEntitled),
        (Somebody(1, may_ask=False, may_agree=True), SECOND, "a" * 64, NotEntitled),
        (FIRST, SECOND, "b" * 64, Overtaken),
    ],
)
def test_others_do_not(first, second, about, raised):
    with pytest.raises(raised):
        must_be_agreeable(request(), first, second, about, NOON)


@pytest.mark.parametrize("state", DECIDED)
def test_what_is_decided_is_not_decided_again(state):
    with pytest.raises(NotWaiting, match=DECIDED[state]):
        must_be_decidable(request(state), SECOND, NOON)


def test_every_state_but_waiting_has_words_for_whoever_comes_late():
    assert set(DECIDED) == set(ApprovalState) - {ApprovalState.WAITING}


def test_the_moment_it_lapses_is_the_first_too_late():
    limited = request(lapses_at=NOON)

    must_be_decidable(limited, SECOND, NOON - MICROSECOND)
    with pytest.raises(Lapsed):
        must_be_decidable(limited, SECOND, NOON)


def test_without_a_limit_nothing_lapses():
    assert not has_lapsed(request(), NOON + timedelta(days=3650))


def test_a_reader_can_ask_for_nothing():
    with pytest.raises(NotEntitled, match="You cannot ask to publish this tender because"):
        must_be_askable(ApprovalKind.PUBLISH, READER)


def test_every_kind_says_who_asks_and_who_agrees():
    assert set(TWO_PEOPLE) == set(ApprovalKind)
