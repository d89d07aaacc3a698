"""Who counts as being at work on a question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from supplier_portal.rules.presence import Sign, at_work

NOON = datetime(2026, 12, 4, 12, tzinfo=UTC)


def sign(person, ago, *, is_open=True, question="SLP-07"):
    return Sign(question, person, NOON - timedelta(seconds=ago), is_open)


def names(signs):
    found = at_work(signs, NOON)
    return {
        question: [(one.person, one.is_open) for one in seen] for question, seen in found.items()
    }


def test_an_open_page_counts_for_three_minutes_and_a_save_for_ten():
    signs = [
        sign("Ada", 179),
        sign("Ben", 180),
        sign("Cy", 599, is_open=False),
        sign("Di", 600, is_open=False),
    ]

    assert names(signs) == {"SLP-07": [("Ada", True), ("Cy", False)]}


def test_everybody_is_named_once_and_an_open_page_says_more_than_a_save():
    signs = [sign("Ada", 100), sign("Ada", 5, is_open=False), sign("Ada", 20, is_open=False)]

    assert names(signs) == {"SLP-07": [("Ada", True)]}


def test_the_latest_comes_first_and_questions_stay_apart():
    signs = [sign("Ada", 90), sign("Ben", 10), sign("Cy", 30, question="SLP-08")]

    assert names(signs) == {
        "SLP-07": [("Ben", True), ("Ada", True)],
        "SLP-08": [("Cy", True)],
    }
