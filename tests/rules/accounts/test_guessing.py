"""What a wrong try counts against, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.rules.guessing import counters, stretch_of

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)


def counted(network="198.51.100.7", known_browser="", *, closing_soon=False):
    found = counters("ann@a.test", network, known_browser, closing_soon=closing_soon)
    return [(one.about[0], one.most) for one in found]


def test_a_strange_browser_counts_against_its_place_its_network_and_the_account():
    assert counted() == [("place", 10), ("network", 100), ("account", 100)]


def test_a_known_browser_counts_for_itself_alone():
    assert counted(known_browser="b7") == [("browser", 10)]
    assert counted(known_browser="b7", closing_soon=True) == [("browser", 10)]


def test_near_a_closing_time_guesses_from_elsewhere_slow_nobody():
    assert counted(closing_soon=True) == [("place", 10), ("network", 100)]


def test_where_the_network_is_not_known_the_account_alone_counts():
    assert counted(network="") == counted(network="", closing_soon=True) == [("account", 100)]


def test_a_stretch_is_a_quarter_of_an_hour_and_a_minute_near_a_closing_time():
    moment = NOON + timedelta(minutes=16, seconds=20)

    assert stretch_of(moment, closing_soon=False) == (
        NOON + timedelta(minutes=15),
        NOON + timedelta(minutes=30),
    )
    assert stretch_of(moment, closing_soon=True) == (
        NOON + timedelta(minutes=16),
        NOON + timedelta(minutes=17),
    )
