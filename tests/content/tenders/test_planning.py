"""The shipped sheets of a plan: what they ask, and that every rule they name stands in the law."""

from dataclasses import replace
from datetime import date

import pytest

from app import CONTENT_CHECKS
from question_bank.loader import read_yaml, shipped_bank
from question_bank.rules.reading import ContentError
from tenders import planning_guide
from tenders.law import shipped_law
from tenders.planning import Topic
from tenders.planning_guide import PLANNING, rule_at, shipped_sheets
from tenders.rules.law import Force
from tenders.rules.outcome import State, state_of
from tenders.rules.planning import recovery
from tenders.rules.planning.conflicts import FOUND
from tenders.rules.planning.dates import ORDER
from tenders.rules.planning.minimum import AGREED, SHORTENED
from tenders.rules.planning.setting import THRESHOLDS
from tenders.rules.planning.sheets import in_words, read_sheets, row_values

TODAY = date(2026, 11, 22)
SHEETS = shipped_sheets()


def field(sheet, name):
    return next(
        asked.field
        for asked in (*SHEETS[sheet].asked, *SHEETS[sheet].rows)
        if asked.field.id == name
    )


def values(sheet, name):
    return [option.value for option in field(sheet, name).options]


def test_there_is_a_sheet_for_each_topic_of_the_plan():
    assert set(SHEETS) == {Topic.TIMETABLE, Topic.DUTIES, Topic.CONFLICTS, Topic.FAILURE}


@pytest.mark.parametrize(
    "place", sorted({asked.law for sheet in SHEETS.values() for asked in sheet.asked if asked.law})
)
def test_every_rule_a_field_names_stands_in_the_law_with_its_source(place):
    rule = rule_at(place, TODAY)
    assert rule.force in Force
    assert rule.says
    assert rule.source


def test_every_stage_a_field_names_is_one_of_a_procedure():
    stages = {stage for one in shipped_law().procedures.values() for stage in one.stages}
    named = {asked.stage for sheet in SHEETS.values() for asked in sheet.asked if asked.stage}
    assert named - stages == set()


def test_the_rules_know_every_answer_they_compare():
    dates = [asked.field.id for asked in SHEETS["timetable"].asked if asked.field.id in ORDER]
    assert dates == list(ORDER)
    assert set(values("timetable", "shorter")) == {"none", AGREED, *SHORTENED}
    assert set(values("duties", "kind")) == set(THRESHOLDS)
    assert set(values("conflicts", "found")) == {"none", *FOUND}
    assert set(values("failure", "data_use")) == set(recovery.LOSS)
    assert set(values("failure", "worst")) == set(recovery.SHARE)
    for name in ("until_harm", "fallback_lasts"):
        assert {int(value) for value in values("failure", name)} <= set(recovery.STEPS)


def test_a_sheet_is_complete_with_what_it_needs():
    sheet = SHEETS["failure"]
    needed = {asked.field.id: "x" for asked in sheet.asked if asked.field.needed}
    assert state_of(sheet.page(), needed) is State.COMPLETED
    del needed["worst"]
    assert state_of(sheet.page(), needed) is State.BEGUN


def test_people_are_told_apart_by_their_number():
    said = {"name_1": "Ada", "found_1": "none", "name_3": "Cem", "confirmed": "yes"}
    assert [(row.label, row.words) for row in in_words(SHEETS["conflicts"], said)] == [
        ("Name (person 1)", ("Ada",)),
        ("Is there a conflict of interest? (person 1)", ("None found",)),
        ("Name (person 3)", ("Cem",)),
        ("Is the assessment prepared and are the steps taken?", ("Yes",)),
    ]
    assert list(row_values(SHEETS["conflicts"], said)) == [
        (1, {"name": "Ada", "found": "none"}),
        (3, {"name": "Cem"}),
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lead": ""}, "planning.yml, failure: ‘lead’ is missing"),
        ({"tittle": "x"}, "planning.yml, failure: ‘tittle’ is not a known key"),
        (
            {"fields": [{"id": "a", "kind": "line", "label": "A"}] * 2},
            "planning.yml, failure: an id is given to more than one field",
        ),
        (
            {"fields": [{"id": "a", "kind": "lines", "label": "A"}]},
            "planning.yml, failure, a: ‘lines’ is not a kind of field",
        ),
        ({"rows": {"most": 2, "title": "P"}}, "planning.yml, failure, rows: ‘fields’ is missing"),
    ],
)
def test_a_slip_in_a_sheet_is_named_with_its_place(change, says):
    raw = read_yaml(PLANNING)
    sheets = [{**sheet, **change} if sheet["id"] == "failure" else sheet for sheet in raw["sheets"]]
    with pytest.raises(ContentError) as wrong:
        read_sheets({**raw, "sheets": sheets})
    assert str(wrong.value).startswith(says)


def test_the_sheets_are_checked_with_the_bank_against_the_law():
    assert planning_guide.problems_with(shipped_bank()) == []
    assert planning_guide.problems_with in CONTENT_CHECKS


def test_a_rule_or_a_stage_that_the_law_does_not_have_is_told_with_its_place():
    first, *_ = SHEETS["timetable"].asked
    wrong = replace(SHEETS["timetable"], asked=(replace(first, law="duties/np", stage="party"),))

    assert planning_guide.unknown_rules({"timetable": wrong}) == [
        "planning.yml, timetable, electronic: there is no rule ‘duties/np’ in law.yml",
        "planning.yml, timetable, electronic: no procedure has the stage ‘party’",
    ]
