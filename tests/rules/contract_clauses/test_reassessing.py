"""What a yearly assessment asks again, and how its answers differ from those before."""

from __future__ import annotations

from datetime import date

import pytest

from contract_clauses.reassess_guide import shipped_guide
from contract_clauses.rules.reassess_differences import Line, lines_of
from contract_clauses.rules.reassess_effects import moved
from contract_clauses.rules.reassessing import (
    Again,
    Given,
    RoundRefused,
    RoundState,
    Step,
    asked_again,
    checked_due,
    merged,
    next_round_on,
    not_answered,
    state_of,
    with_led_to,
)
from question_bank.loader import shipped_bank
from question_bank.rules.questions import Kind

PARTS = {part.id: part for question in shipped_bank().questions.values() for part in question.parts}
GUIDE = shipped_guide()


def asked(*part_ids, answers=None, risks=None, reopened=()):
    shown = [PARTS[part_id] for part_id in part_ids]
    found = asked_again(GUIDE, shown, answers or {}, risks or {}, reopened)
    return {again.part: again.because for again in found}


def test_every_part_the_guide_names_is_one_of_the_bank():
    named = {part for rule in GUIDE.rules for part in rule.parts}

    assert named - PARTS.keys() == set()


def test_certificates_figures_and_days_are_asked_again_with_their_reason():
    found = asked("SLP-05.c", "SLP-11.e2", "SLP-07.g", "SLP-07.a", "SLP-04.a")

    assert found == {
        "SLP-05.c": ("certificates",),
        "SLP-11.e2": ("figures",),
        "SLP-07.g": ("tests", "days"),
    }


def test_a_record_is_asked_again_for_a_day_only_where_its_answer_names_one():
    assert asked("SLP-08.a") == {}
    named = {"SLP-08.a": {"status": "partly", "exception_ends": "2027-05-01"}}
    assert asked("SLP-08.a", answers=named) == {"SLP-08.a": ("days",)}


def test_what_was_reopened_and_what_an_open_risk_rests_on_is_asked_again():
    found = asked("SLP-07.a", "SLP-04.a", risks={"R09": ["SLP-07.a"]}, reopened=["SLP-04.a"])

    assert found == {"SLP-07.a": ("risk:R09",), "SLP-04.a": ("reopened",)}
    assert GUIDE.words("risk:R09") == "Risk R09 rests on it and is still open"


def test_files_are_asked_again_with_the_answers_they_belong_to():
    files = [part_id for part_id, part in PARTS.items() if part.kind is Kind.FILE]

    assert asked(*files) == {
        "ALG-03.e": ("tests",), "LON-03.c": ("tests",), "SLP-05.c2": ("certificates",),
        "SLP-05.f2": ("certificates",), "SLP-07.g2": ("tests",), "SLP-07.h2": ("companies",),
        "SLP-08.f3": ("tests",), "SLP-12.c2": ("companies",), "SLP-13.f": ("companies",),
        "SLP-14.g": ("tests",),
    }  # fmt: skip
    assert asked("SLP-01.d", "SLP-14.h", risks={"R21": ["SLP-01.d"]}, reopened=["SLP-14.h"]) == {
        "SLP-01.d": ("risk:R21",), "SLP-14.h": ("reopened",),
    }  # fmt: skip


def test_what_differs_of_files_is_told_file_by_file():
    old = {"name": "a.pdf", "title": "Test of 2024", "evidence": "x", "issued": "2024-05-02"}
    same = {"name": "b.pdf", "evidence": "y"}
    new = {"name": "c.pdf", "title": "Test of 2027", "evidence": "z", "issued": "spring"}

    assert list(lines_of(PARTS["SLP-07.g2"], [old, same], [same, new])) == [
        Line("New file: Test of 2027", "", "c.pdf, dated spring", "z"),
        Line("Gone: Test of 2024", "a.pdf, dated 2 May 2024", "", "x"),
    ]


def test_what_a_new_answer_leads_to_comes_in_and_what_is_asked_no_longer_goes():
    first = (Again("SLP-06.f3", ("tests",)), Again("SLP-06.f4", ("tests",)))
    now = {"SLP-06.f2": PARTS["SLP-06.f2"], "SLP-06.f4": PARTS["SLP-06.f4"],
           "SLP-12.c": PARTS["SLP-12.c"]}  # fmt: skip

    found = with_led_to(first, {"SLP-06.f2", "SLP-06.f3", "SLP-06.f4"}, now)

    assert found == (first[1], Again("SLP-12.c", ("led-to",)))


def test_answers_are_merged_and_an_emptied_one_is_gone_but_an_empty_table_stays():
    before = {"a": "1", "b": "2", "c": [{"x": "y"}], "d": "4"}
    given = {
        "a": Given(1, True, "1"), "b": Given(1, False, None),
        "c": Given(2, False, []), "e": Given(1, False, "5"),
    }  # fmt: skip

    assert merged(before, given) == {"a": "1", "c": [], "d": "4", "e": "5"}


def test_a_part_without_an_answer_or_with_half_of_one_keeps_a_round_from_being_handed_in():
    again = (Again("SLP-05.a2", ("certificates",)), Again("SLP-11.e2", ("figures",)))
    given = {"SLP-11.e2": Given(1, False, None)}

    left = {part.id: why for part, why in not_answered(again, given, PARTS)}

    assert left["SLP-05.a2"] == "not looked at yet"
    assert left["SLP-11.e2"].startswith("Enter")


def test_how_a_round_stands_follows_from_its_last_step():
    steps = [Step.HANDED_IN, Step.SENT_BACK, Step.HANDED_IN, Step.SETTLED]

    assert [state_of(steps[:n]) for n in range(5)] == [
        RoundState.OPEN, RoundState.HANDED_IN, RoundState.SENT_BACK,
        RoundState.HANDED_IN, RoundState.SETTLED,
    ]  # fmt: skip


def test_a_round_falls_due_a_year_after_the_last_or_going_live_or_the_start():
    start, live = date(2027, 3, 1), date(2027, 4, 1)

    assert next_round_on(start, None, [], 12) == date(2028, 3, 1)
    assert next_round_on(start, live, [], 12) == date(2028, 4, 1)
    assert next_round_on(start, live, [date(2028, 5, 9)], 12) == date(2029, 5, 9)


@pytest.mark.parametrize("day", [date(2027, 12, 4), date(2029, 1, 1)])
def test_a_day_that_is_past_or_far_off_is_refused(day):
    with pytest.raises(RoundRefused):
        checked_due(day, date(2027, 12, 4))


def test_rows_are_matched_by_their_first_cell():
    before = [{"name": "Ash", "country": "GB"}, {"name": "Oak", "country": "GB"}]
    now = [{"name": "Ash", "country": "IE"}, {"name": "Elm", "country": "FR"}]

    assert list(lines_of(PARTS["SLP-12.c"], before, now)) == [
        Line("Ash, country where it works on the data", "United Kingdom", "Ireland"),
        Line("New subcontractor: Elm", "", "Country where it works on the data: France"),
        Line("Gone: Oak", "Country where it works on the data: United Kingdom", ""),
    ]


def test_rules_measure_against_the_day_of_the_round():
    facts = {"closes_at": "2026-11-02T12:00", "award_date": "2027-02-01", "value": "1"}

    assert moved(facts, date(2028, 1, 5)) == {
        "closes_at": "2028-01-05T12:00", "award_date": "2028-01-05", "value": "1",
    }  # fmt: skip
