"""What a questionnaire tests, for any pack of the shipped bank and for versions side by side."""

from dataclasses import replace

import pytest

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.crosswalk import FrameworkCoverage
from question_bank.rules.frameworks import Control
from tenders.rules.coverage import coverage_of, side_by_side
from tenders.rules.questionnaire import choose

BANK = shipped_bank()


def questionnaire(pack):
    return choose(BANK, shipped_packs()[pack])


def covered(pack):
    return coverage_of(questionnaire(pack), BANK.frameworks)


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_control_is_either_tested_or_not(pack):
    for entry in covered(pack).frameworks:
        tested = [control for control, _ in entry.tested]
        assert set(tested) | set(entry.untested) == set(entry.framework.controls)
        assert set(tested) & set(entry.untested) == set()


@pytest.mark.parametrize("pack", shipped_packs())
def test_only_questions_that_are_asked_test_anything(pack):
    asked = {question.id for question in questionnaire(pack).bare_questions}

    named = {q for e in covered(pack).frameworks for _, ids in e.tested for q in ids}

    assert named - asked == set()


def test_a_question_left_out_tests_nothing_any_more():
    full = questionnaire("slp-full")
    without = replace(
        full,
        sections=tuple(
            replace(s, questions=tuple(q for q in s.questions if q.id != "SLP-07"))
            for s in full.sections
        ),
    )

    caf = coverage_of(without, BANK.frameworks).of("caf-4.0")

    assert "B5.c" in {control.id for control in caf.untested}


def test_the_same_id_in_two_versions_stands_in_two_rows_where_it_means_two_things():
    (pair,) = covered("slp-full").pairs
    rows = {(row.older and row.older.id, row.newer and row.newer.id): row for row in pair.rows}

    assert (pair.older.id, pair.newer.id) == ("caf-3.2", "caf-4.0")
    assert rows["A2.b", "A2.c"].older.title == "Assurance"
    assert rows[None, "A2.b"].note == "New"
    assert ("A2.b", "A2.b") not in rows


def test_every_control_of_both_versions_stands_in_the_comparison():
    (pair,) = covered("slp-full").pairs

    older = {row.older.id for row in pair.rows if row.older}
    newer = {row.newer.id for row in pair.rows if row.newer}

    assert older == {control.id for control in pair.older.controls}
    assert newer == {control.id for control in pair.newer.controls}


def test_two_controls_that_became_one_share_its_questions():
    caf = BANK.frameworks["caf-4.0"]
    older = replace(
        caf, id="old", controls=(Control("a", "A"), Control("b", "B"), Control("z", "Z")),
        successor="new", replaced={"a": "n", "b": "n", "z": ""},
    )  # fmt: skip
    newer = replace(caf, id="new", controls=(Control("n", "N"), Control("m", "M")))

    found = side_by_side(
        FrameworkCoverage(older, ((older.controls[0], ("Q-1",)),), older.controls[1:]),
        FrameworkCoverage(newer, ((newer.controls[0], ("Q-1",)),), newer.controls[1:]),
    )

    assert [(r.older and r.older.id, r.newer and r.newer.id) for r in found.rows] == [
        ("a", "n"), ("b", "n"), (None, "m"), ("z", None),
    ]  # fmt: skip
    assert [row.newer_questions for row in found.rows] == [("Q-1",), ("Q-1",), (), ()]


def test_a_tender_frozen_without_frameworks_is_held_against_todays_and_says_so():
    old = questionnaire("slp-full")
    old = replace(old, bank=replace(BANK, frameworks={}))

    found = coverage_of(old, BANK.frameworks)

    assert (found.is_frozen, covered("slp-full").is_frozen) == (False, True)
    assert found.frameworks == covered("slp-full").frameworks


def test_the_essentials_say_which_checks_they_leave_no_room_for():
    lacking = {reach.case.rule: reach.says for reach in covered("slp-essential").checks_lacking}

    assert covered("slp-full").checks_lacking == ()
    assert lacking["X10"] == "Does not apply: part SLP-07.i is not asked"
    assert lacking["X1"] == "Applies in part: parts SLP-06.c and SLP-07.i are not asked"
