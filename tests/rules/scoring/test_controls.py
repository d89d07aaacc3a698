"""Evidenced, promised or missing: by question, then by control, from the answers and the marks."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.frameworks import Control
from scoring.rules.controls import (
    QuestionStanding,
    Standing,
    control_standing,
    question_standing,
    standings,
)
from scoring.rules.evaluation import evaluate_bid
from tenders.rules.coverage import coverage_of
from tenders.rules.questionnaire import choose
from tests.content.question_bank import good_bid as good
from tests.content.question_bank.test_red_flags import record, rows, stored

EVIDENCED, PROMISED, MISSING, NOT_ASKED = (
    Standing.EVIDENCED,
    Standing.PROMISED,
    Standing.MISSING,
    Standing.NOT_ASKED,
)
BANK = shipped_bank()
FULL = choose(BANK, shipped_packs()["slp-full"])
ASKED = {question.id: question for question in FULL.bare_questions}
TOLD = {part.id: "What we do" for part in FULL.parts.values() if part.kind == "narrative"}
CLOSING = date.fromisoformat(good.FACTS["closes_at"])


def evaluated(changes=None, marks=None):
    given = {**TOLD, **good.ANSWERS, **(changes or {})}
    answers = stored({k: v for k, v in given.items() if v is not None and k in FULL.parts})
    return evaluate_bid(FULL, answers, good.FACTS, marks or {})


def standing(question_id, changes=None, marks=None, on=CLOSING):
    return question_standing(ASKED[question_id], evaluated(changes, marks), on)


NO_FILES = {"SLP-07.g2": None, "SLP-07.h2": None}
NO_TEST = NO_FILES | rows("SLP-07.i", last_restore=None, result="not-tested")
ALL_OF_7 = {part.id: None for part in ASKED["SLP-07"].parts}
NO_CERTIFICATE = {"SLP-05.c": None, "SLP-05.c2": None, "SLP-05.e": None, "SLP-05.a": None}


@pytest.mark.parametrize(
    ("question", "changes", "marks", "expected"),
    [
        pytest.param("SLP-07", {}, {}, EVIDENCED, id="a good answer with a report"),
        pytest.param("SLP-07", NO_FILES, {}, EVIDENCED, id="a good answer with a recorded test"),
        pytest.param("SLP-07", NO_TEST, {}, PROMISED, id="a good answer with nothing to show"),
        pytest.param("SLP-07", ALL_OF_7, {}, MISSING, id="not answered"),
        pytest.param("SLP-07", {}, {"SLP-07": 3}, EVIDENCED, id="marked 3, with evidence"),
        pytest.param("SLP-07", {}, {"SLP-07": 2}, PROMISED, id="marked 2, with evidence"),
        pytest.param("SLP-07", {}, {"SLP-07": 1}, MISSING, id="marked 1, whatever it shows"),
        pytest.param("SLP-07", NO_TEST, {"SLP-07": 5}, PROMISED, id="marked 5, nothing to show"),
        pytest.param("SLP-07", rows("SLP-07.i", rto="9d"), {}, PROMISED, id="a red flag"),
        pytest.param("SLP-02", {}, {}, PROMISED, id="a commitment is a promise"),
        pytest.param(
            "SLP-02", {"SLP-02.a": {"answer": "no", "exception": "Never"}}, {}, MISSING,
            id="a requirement refused",
        ),
        pytest.param(
            "SLP-02", {"SLP-02.a": {"answer": "no", "exception": "Never"}}, {"SLP-02": 5}, MISSING,
            id="a requirement refused, whatever the mark",
        ),
        pytest.param("SLP-05", {}, {}, EVIDENCED, id="certificates in date"),
        pytest.param(
            "SLP-05", NO_CERTIFICATE | {"SLP-05.g": "yes", "SLP-05.g2": "2027-01-15"}
            | {"SLP-05.g3": ["iso-27001"]}, {}, PROMISED, id="a certificate promised by a date",
        ),
        pytest.param(
            "SLP-13", {"SLP-12.a": "no"}, {}, PROMISED, id="an answer another one contradicts"
        ),
        pytest.param("SLP-08", {"SLP-08.f3": None}, {}, PROMISED, id="nothing attached"),
        pytest.param(
            "SLP-08", record("SLP-08.a", evidence="FIPS certificate 4536"), {}, PROMISED,
            id="a document named that nobody has looked up",
        ),
        pytest.param(
            "SLP-08", record("SLP-08.a", evidence="FIPS certificate 4536"), {"SLP-08": 4},
            EVIDENCED, id="a document named and marked",
        ),
    ],
)  # fmt: skip
def test_a_question_stands_as_its_answers_and_evidence_say(question, changes, marks, expected):
    assert standing(question, changes, marks).standing is expected


def test_the_reasons_name_the_answers_and_the_evidence():
    good_answer = standing("SLP-07")
    late = standing("SLP-07", rows("SLP-07.i", rto="9d"))
    refused = standing("SLP-02", {"SLP-02.a": {"answer": "no", "exception": "Never"}})

    assert good_answer.reasons == ("Not marked yet; the structured answers allow level 5 at most",)
    assert good_answer.evidence == (
        "SLP-07.g2: file “A document”",
        "SLP-07.i row 1: when a restore was last tested 14 May 2026",
    )
    assert "SLP-07.i row 1: longest time until it works again is “9 days”" in " ".join(late.reasons)
    assert "SLP-02.a" in " ".join(refused.reasons)


@pytest.mark.parametrize(
    ("expires", "on", "counts"),
    [
        ("2026-09-18", CLOSING, True),
        ("2026-09-17", CLOSING, False),
        ("2032-12-31", None, False),
    ],
)
def test_a_certificate_counts_only_if_it_is_in_date_when_bids_close(expires, on, counts):
    only = {"SLP-05.e": None, "SLP-05.a": None, "SLP-05.c2": None}
    changes = only | {"SLP-05.c": {**good.CERTIFICATE, "expires": expires}}

    found = standing("SLP-05", changes, on=on)

    assert (found.evidence != ()) is counts


def test_a_test_that_failed_is_no_evidence():
    assert standing("SLP-07", NO_FILES | rows("SLP-07.i", result="failed")).evidence == ()


def test_a_question_hidden_by_another_answer_is_not_about_the_bid():
    question = ASKED["SLP-07"]
    evaluation = evaluated()
    hidden = {k: v for k, v in evaluation.situation.parts.items() if not k.startswith("SLP-07")}
    evaluation.situation.parts.clear()
    evaluation.situation.parts.update(hidden)

    assert question_standing(question, evaluation, CLOSING).standing is NOT_ASKED


def of(*found):
    return control_standing(
        Control("X", "A control"),
        [QuestionStanding(f"Q-{n}", "Q", standing, ()) for n, standing in enumerate(found)],
    ).standing


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        pytest.param((EVIDENCED,), EVIDENCED, id="one, evidenced"),
        pytest.param((EVIDENCED, PROMISED), EVIDENCED, id="one shows it, one promises"),
        pytest.param((EVIDENCED, MISSING), PROMISED, id="evidence does not hide a gap"),
        pytest.param((PROMISED, MISSING), PROMISED, id="a gap does not wipe out a promise"),
        pytest.param((MISSING, MISSING), MISSING, id="nothing from any"),
        pytest.param((NOT_ASKED, EVIDENCED), EVIDENCED, id="what is not asked does not count"),
        pytest.param((NOT_ASKED, MISSING), MISSING, id="nor does it save"),
        pytest.param((NOT_ASKED,), NOT_ASKED, id="nothing is asked"),
    ],
)
def test_a_control_stands_by_all_its_questions(questions, expected):
    assert of(*questions) is expected


BETTER = [MISSING, PROMISED, EVIDENCED]


@given(st.lists(st.sampled_from(BETTER), min_size=1, max_size=6), st.data())
def test_a_better_answer_never_makes_a_control_worse(found, data):
    place = data.draw(st.integers(0, len(found) - 1))
    better = data.draw(st.sampled_from(BETTER[BETTER.index(found[place]) :]))
    improved = [*found[:place], better, *found[place + 1 :]]

    assert BETTER.index(of(*improved)) >= BETTER.index(of(*found))


def test_the_order_of_the_questions_does_not_matter():
    for first, second, third in product(BETTER, repeat=3):
        assert of(first, second, third) is of(third, first, second)


def test_every_tested_control_stands_somehow_with_every_question_that_tests_it():
    covered = coverage_of(FULL, BANK.frameworks)

    found = standings(covered.frameworks, FULL.bare_questions, evaluated(), CLOSING)

    for entry, tested in zip(found, covered.frameworks, strict=True):
        assert [
            (c.control, tuple(q.question_id for q in c.questions)) for c in entry.controls
        ] == list(tested.tested)
        assert sum(entry.count(s) for s in Standing) == len(entry.controls)


def test_standings_change_no_evaluation():
    before, after = evaluated(), evaluated()

    standings(coverage_of(FULL, BANK.frameworks).frameworks, FULL.bare_questions, after, CLOSING)

    assert (after.levels, after.quality, after.requirements) == (
        before.levels, before.quality, before.requirements,
    )  # fmt: skip
