"""What lasts until a day, which file renews what, and which clauses rest on an answer."""

from __future__ import annotations

from datetime import date

import pytest

from contract_clauses.loader import raw_library
from contract_clauses.rules.watching import (
    LAST_TEST,
    Lasts,
    Shown,
    clauses_that_read,
    months_in_words,
    not_renewed,
)
from tenders.rules.tasks import FALLS_DUE, ONCE, OVER, RUNS_OUT, days_in_words, step_reached


def lasts(place, until, part="SLP-05.a"):
    return Lasts(part, place, "ISO 27001", date.fromisoformat(until))


def shown(on, until, *parts):
    parts = frozenset(parts or ("SLP-05.a",))
    return Shown(parts, date.fromisoformat(on), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("file", "left"),
    [
        (shown("2027-05-01", "2028-06-30"), []),
        # Long before: it is no renewal of what lasts for another year.
        (shown("2026-12-01", "2028-06-30"), [1]),
        # It lasts no longer than the one it would renew.
        (shown("2027-05-01", "2027-06-30"), [1]),
        (shown("2027-05-01", "2028-06-30", "SLP-05.c"), [1]),
    ],
)
def test_a_file_renews_the_certificate_that_was_about_to_run_out(file, left):
    found = not_renewed([lasts(1, "2027-06-30")], [file])

    assert [one.place for one in found] == left


def test_of_two_that_were_about_to_run_out_a_file_renews_neither_by_guess():
    both = [lasts(1, "2027-06-29"), lasts(2, "2027-06-30")]

    assert not_renewed(both, [shown("2027-06-01", "2028-06-30")]) == both


def test_a_clause_rests_on_the_whole_answer_or_on_the_column_that_ran_out_alone():
    clauses = raw_library()["clauses"]

    assert clauses_that_read(clauses, "SLP-05.a") == ["C07"]
    # C22 reads the country of a subcontractor, C12 whether it hosts data.
    assert clauses_that_read(clauses, "SLP-12.c") == ["C07", "C15"]
    assert clauses_that_read(clauses, "SLP-07.i", frozenset({LAST_TEST})) == ["C14"]
    assert clauses_that_read(clauses, "SLP-99.z") == []


@pytest.mark.parametrize(
    ("words", "months"), [("12", 12), ("6 months", 6), ("", 12), ("twelve", 12), ("0", 12)]
)
def test_a_schedule_that_prints_no_number_of_months_means_a_year(words, months):
    assert months_in_words(words) == months


@pytest.mark.parametrize(
    ("steps", "left", "reached"),
    [
        (RUNS_OUT, 61, None),
        (RUNS_OUT, 60, 60),
        (RUNS_OUT, 31, 60),
        (RUNS_OUT, 30, 30),
        (RUNS_OUT, 0, 0),
        (RUNS_OUT, -1, OVER),
        (FALLS_DUE, 31, None),
        (ONCE, 300, 0),
        (ONCE, -300, 0),
    ],
)
def test_the_last_reminder_whose_day_has_come_is_reached(steps, left, reached):
    assert step_reached(steps, left) == reached


@pytest.mark.parametrize(
    ("left", "words"), [(0, "today"), (1, "in 1 day"), (30, "in 30 days"), (-1, "1 day ago")]
)
def test_days_read_as_people_say_them(left, words):
    assert days_in_words(left) == words
