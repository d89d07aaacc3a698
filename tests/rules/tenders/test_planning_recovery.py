"""What the failure of a service leads to: a recovery time and point, with their reasons."""

from itertools import product

import pytest

from tenders.rules.planning.recovery import LEAST, STEPS, in_words, proposal

SHEET = {
    "until_harm": "1440",
    "worst": "work",
    "fails": "safely",
    "fallback": "none",
    "data_use": "daily",
    "data_again": "estimated",
}


def minutes(**said):
    found = proposal({**SHEET, **said})
    return found.recovery_time, found.recovery_point


@pytest.mark.parametrize(
    ("said", "recovery_time"),
    [
        ({}, 1440),
        ({"worst": "duty"}, 480),
        ({"worst": "life"}, 240),
        ({"worst": "life", "fails": "unsafely"}, 60),
        ({"fallback": "all", "fallback_lasts": "4320"}, 4320),
        ({"fallback": "part", "fallback_lasts": "4320"}, 1440),
        # A fallback that ends before harm comes helps nobody.
        ({"fallback": "all", "fallback_lasts": "240"}, 1440),
        ({"until_harm": "60", "worst": "life", "fails": "unsafely"}, LEAST),
    ],
)
def test_the_time_until_harm_leads_to_the_recovery_time(said, recovery_time):
    assert minutes(**said)[0] == recovery_time


@pytest.mark.parametrize(
    ("use", "again", "recovery_point"),
    [
        ("at-once", "estimated", 15),
        ("at-once", "never", 15),
        ("at-once", "yes", 60),
        ("daily", "yes", 480),
        ("daily", "never", 60),
        ("reports", "estimated", 1440),
        ("reports", "yes", 4320),
        ("evidence", "never", 15),
    ],
)
def test_what_data_are_used_for_leads_to_the_recovery_point(use, again, recovery_point):
    assert minutes(data_use=use, data_again=again)[1] == recovery_point


def test_every_figure_comes_with_its_reasons():
    found = proposal({**SHEET, "worst": "harm"})
    assert found.time_because == (
        "Harm comes after 1 day.",
        "Of 1 day: people could be harmed, so half of it is kept in hand: 12 hours.",
        "Rounded down to a step people plan in: 8 hours.",
    )
    assert found.point_because == (
        "At most 4 hours of data may be lost, because the data steer the work of the day.",
    )


@pytest.mark.parametrize("name", SHEET)
def test_nothing_is_proposed_while_an_answer_is_missing(name):
    assert proposal({key: value for key, value in SHEET.items() if key != name}) is None


def test_nothing_is_proposed_while_it_is_not_said_how_long_people_can_keep_up():
    assert proposal({**SHEET, "fallback": "part"}) is None


def test_worse_never_means_a_longer_recovery_time():
    order = ("work", "duty", "harm", "life")
    for until, fails, fallback in product(
        ("60", "240", "1440", "4320", "10080"),
        ("safely", "with-help", "unsafely"),
        ("all", "part", "none"),
    ):
        said = {"until_harm": until, "fails": fails, "fallback": fallback}
        times = [minutes(**said, fallback_lasts="1440", worst=worst)[0] for worst in order]
        assert times == sorted(times, reverse=True)
        assert set(times) <= set(STEPS)


def test_minutes_are_told_in_the_largest_unit_that_fits():
    assert [in_words(count) for count in (15, 60, 90, 480, 1440, 4320)] == [
        "15 minutes",
        "1 hour",
        "90 minutes",
        "8 hours",
        "1 day",
        "3 days",
    ]
