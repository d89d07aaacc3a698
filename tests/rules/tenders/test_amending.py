"""Which changes ask for an answer to be confirmed again, and how changes are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from question_bank.loader import shipped_bank
from question_bank.rules.conditions.grammar import read_condition
from question_bank.rules.differences import State
from question_bank.rules.packs import Pack, PackQuestion, PackSection
from question_bank.rules.questions import (
    Asked,
    Flag,
    Kind,
    Option,
    Part,
    PartClass,
    Schema,
    Severity,
)
from tenders.law import shipped_law
from tenders.rules.amending import asked_in_another_way, changes_between
from tenders.rules.extending import (
    NotLater,
    QuestionsTooLate,
    must_be_later,
    must_come_first,
    proposed_closing,
    time_left_after,
)
from tenders.rules.questionnaire import choose

LONDON = ZoneInfo("Europe/London")
YES = Option("yes", "Yes", ceiling=5)
COLUMN = Asked("name", Kind.SHORT_TEXT, "Name")
SCHEMA = Schema("T0", "Lamps", "lamp", (COLUMN,))
PART = Part(
    "HOL-01.a",
    Kind.CHOICE,
    "Tested",
    ask="Is it tested?",
    options=(YES,),
    words=100,
    schema=SCHEMA,
)


@pytest.mark.parametrize(
    ("changed", "is_another"),
    [
        pytest.param({"ask": "Was it tested?"}, True, id="the question as put"),
        pytest.param({"label": "Tests"}, True, id="its short name"),
        pytest.param({"hint": "By whom?"}, True, id="hint"),
        pytest.param({"evidence": "A report"}, True, id="evidence expected"),
        pytest.param({"kind": Kind.SHORT_TEXT}, True, id="kind"),
        pytest.param({"options": (YES, Option("no", "No"))}, True, id="one more option"),
        pytest.param({"options": ()}, True, id="an option gone"),
        pytest.param({"options": (replace(YES, label="Yes!"),)}, True, id="words of an option"),
        pytest.param({"words": 50}, True, id="fewer words"),
        pytest.param({"words": None}, True, id="no limit of words"),
        pytest.param({"characters": 100}, True, id="fewer characters"),
        pytest.param({"at_least": Decimal(1)}, True, id="a least number"),
        pytest.param({"unit": "hours"}, True, id="unit"),
        pytest.param({"required": False}, True, id="need not be answered"),
        pytest.param({"assessed": PartClass.REQUIREMENT}, True, id="class"),
        pytest.param(
            {"shown_when": read_condition({"part": "HOL-01.b", "is": "yes"}, "")},
            True,
            id="when it is asked",
        ),
        pytest.param({"rows_at_least": 2}, True, id="more rows"),
        pytest.param(
            {"schema": replace(SCHEMA, columns=(replace(COLUMN, label="Lamp"),))},
            True,
            id="a column in other words",
        ),
        pytest.param({"schema": replace(SCHEMA, columns=())}, True, id="a column gone"),
        pytest.param({"options": (replace(YES, ceiling=3),)}, False, id="what an option earns"),
        pytest.param(
            {"options": (replace(YES, flag=Flag(Severity.RED, ("R01",), "Red")),)},
            False,
            id="what an option raises",
        ),
        pytest.param({"source": "Another page"}, False, id="source"),
        pytest.param({"feeds": ("datasets",)}, False, id="what it feeds"),
        pytest.param({"messages": {"missing": "Say so"}}, False, id="error messages"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_an_answer_is_to_be_confirmed_when_what_is_asked_changed(changed, is_another):
    assert asked_in_another_way(PART, replace(PART, **changed)) is is_another


def asked(*questions, weight=100):
    """The questions of the shipped bank in one section: (id, weight, parts, class, least mark)."""
    pack = Pack(
        "p",
        1,
        "Pack",
        "All",
        (PackSection("s", "Section", Decimal(weight), tuple(questions)),),
    )
    bank = shipped_bank()
    kept = {entry.id: entry.parts for entry in questions}
    raw = [
        {**q, "parts": [p for p in q["parts"] if kept[q["id"]] is None or p["id"] in kept[q["id"]]]}
        for q in bank.raw["questions"]
        if q["id"] in kept
    ]
    return choose(replace(bank, raw={**bank.raw, "questions": raw}), pack)


def wanted(question, weight=100, parts=None, **how):
    return PackQuestion(question, Decimal(weight), parts, **how)


def test_weights_and_least_marks_are_told_and_ask_for_no_confirmation():
    before = asked(wanted("SLP-07", 60), wanted("SLP-01", 40))
    after = asked(wanted("SLP-07", 50, threshold=2), wanted("SLP-01", 50))

    changes = changes_between(before, after)

    assert changes.to_confirm == ()
    assert [question.marking for question in changes.questions] == [
        (
            "It counts for 50% of quality now, not 60%",
            "Its least mark is 2 now, not none",
        ),
        ("It counts for 50% of quality now, not 40%",),
    ]


def test_another_class_asks_for_every_answer_of_the_question_again():
    before = asked(wanted("SLP-07", parts=("SLP-07.f", "SLP-07.g")))
    after = asked(
        wanted("SLP-07", 0, ("SLP-07.f", "SLP-07.g"), assessed=PartClass.REQUIREMENT), weight=0
    )

    assert changes_between(before, after).to_confirm == ("SLP-07.f", "SLP-07.g")


def test_parts_and_questions_that_come_and_go_are_told_by_name():
    before = asked(wanted("SLP-07", 60, ("SLP-07.f", "SLP-07.g")), wanted("SLP-01", 40))
    after = asked(wanted("SLP-07", 60, ("SLP-07.f", "SLP-07.a")), wanted("SLP-02", 40))

    changes = changes_between(before, after)

    told = {
        (question.id, question.state): [(c.part.id, c.state) for c in question.parts]
        for question in changes.questions
    }
    assert told["SLP-07", State.CHANGED] == [
        ("SLP-07.a", State.ADDED),
        ("SLP-07.g", State.RETIRED),
    ]
    assert {key for key in told if key[1] is not State.CHANGED} == {
        ("SLP-02", State.ADDED),
        ("SLP-01", State.RETIRED),
    }


def test_the_same_text_has_no_changes():
    assert not changes_between(asked(wanted("SLP-07")), asked(wanted("SLP-07")))


def moment(day, hour=12):
    return datetime(2026, 11, day, hour, tzinfo=LONDON)


def test_bids_close_as_published_or_later():
    must_be_later(moment(10), moment(10))
    must_be_later(moment(10), moment(11))
    with pytest.raises(NotLater):
        must_be_later(moment(10), moment(10, 11))


def test_questions_end_before_bids_close():
    must_come_first(None, moment(10))
    must_come_first(moment(9), moment(10))
    with pytest.raises(QuestionsTooLate):
        must_come_first(moment(10), moment(10))


@pytest.mark.parametrize(
    ("closes", "said"),
    [
        (moment(19), "Suppliers have 9 days left for what changes"),
        (moment(20), None),
        (moment(11), "Suppliers have 1 day left for what changes"),
    ],
)
def test_few_days_left_after_an_amendment_are_worth_a_thought(closes, said):
    found = time_left_after(closes, moment(10, 9), shipped_law())

    assert (found.message if found else None) == said


def test_the_proposed_closing_time_keeps_the_hour_and_falls_on_a_weekday():
    # The tenth day after Wednesday the 11th is a Saturday.
    assert proposed_closing(moment(13), moment(11, 9), shipped_law()) == moment(23)
