"""The shipped form about the outcome: complete, in our words, and pointing at what is there."""

import pytest

from app import CONTENT_CHECKS
from question_bank.loader import shipped_bank
from tenders import outcome_guide
from tenders.outcome_forms import OutcomeForm
from tenders.outcome_guide import problems_with, shipped_guide, unknown_frameworks
from tenders.rules.outcome import advice_on

GUIDE = shipped_guide()
FIELDS = {field.id: field for page in GUIDE.pages for field in page.fields}


def test_the_form_has_the_four_steps_in_their_order_and_then_every_principle():
    assert [page.id for page in GUIDE.pages if page.is_step] == [
        "outcome",
        "action",
        "insight",
        "data",
    ]
    assert [page.is_step for page in GUIDE.pages] == [True] * 4 + [False] * 5
    assert {page.principle for page in GUIDE.pages} == {"", "2", "3", "4", "5"}
    assert sorted(GUIDE.principles) == ["1", "2", "3", "4", "5"]


def test_every_step_has_rewritten_examples_and_says_why_and_where_it_comes_from():
    assert [len(page.examples) for page in GUIDE.pages if page.is_step] == [3, 2, 2, 2]
    assert [page.id for page in GUIDE.pages if not page.source.startswith("LOTI guide")] == []
    assert [page.id for page in GUIDE.pages if not page.why] == []


@pytest.mark.parametrize(
    ("evidence", "field"),
    [
        ("DPIA", "dpia"),
        ("data-sharing agreement", "sharing_agreement"),
        ("equality assessment", "equality"),
        ("ethics framework chosen", "ethics_framework"),
        ("external advice", "external_advice"),
        ("charter commitments", "charters"),
        ("resident engagement", "residents"),
        ("DataStore/Library sharing", "datastore"),
        ("standards networks joined", "networks"),
        ("DTPR", "signs"),
        ("cyber resilience steps", "resilience"),
        ("NCSC and DSIT guidance", "guidance"),
        ("NCSC/NPSA consulted", "consulted"),
        ("service design done", "service_design"),
        ("colleagues involved", "colleagues"),
        ("people", "people_change"),
        ("process", "process_change"),
        ("conditions", "conditions_change"),
    ],
)
def test_each_evidence_of_the_principles_is_asked_for(evidence, field):
    assert FIELDS[field].needed is True
    assert FIELDS[field].hint != "" or FIELDS[field].frameworks != ()


def test_when_ncsc_or_npsa_were_consulted_is_a_date():
    assert FIELDS["consulted_on"].kind == "date"


def test_every_framework_named_is_in_the_bank():
    assert problems_with(shipped_bank()) == []
    assert outcome_guide.problems_with in CONTENT_CHECKS


def test_a_framework_that_is_not_in_the_bank_is_told_with_its_place():
    class Bank:
        frameworks = {
            name: None for field in FIELDS.values() for name in field.frameworks if name != "dtpr"
        }

    assert unknown_frameworks(GUIDE, Bank) == [
        "outcome.yml, ethics, signs: there is no framework ‘dtpr’"
    ]


@pytest.mark.parametrize(
    ("statement", "page", "begins"),
    [
        ({"change": "Sensors in homes"}, "outcome", "The outcome names technology or data"),
        ({"who_acts": "nobody"}, "action", "No person or system would act"),
        (
            {"data_existing": "enough"},
            "data",
            "Existing data would do: this may be an ordinary data project",
        ),
        ({"data_existing": "not-checked"}, "data", "Nobody has looked yet"),
        ({"dpia": "done"}, "assessments", "The DPIA is not published"),
        ({"dpia": "not-needed"}, "assessments", "No DPIA is planned"),
        ({"ethics_framework": ["none"]}, "ethics", "No ethics framework is chosen"),
        ({"datastore": "no"}, "collaboration", "Data that is not personal will not be shared"),
        ({"guidance": ["none"]}, "security", "No guidance of NCSC or DSIT"),
    ],
)
def test_what_the_guide_warns_of_is_told_with_why(statement, page, begins):
    found = [advice for advice in advice_on(GUIDE, statement) if advice.page == page]

    assert found[0].says[: len(begins)] == begins
    assert found[0].because != ""


@pytest.mark.parametrize("value", ["partly", "not-enough"])
def test_data_that_does_not_do_is_no_ordinary_data_project(value):
    found = [advice for advice in advice_on(GUIDE, {"data_existing": value}) if advice.field]

    assert found == []


def test_our_own_examples_of_outcomes_name_no_technology():
    outcome = GUIDE.pages[0]
    good = outcome.examples[:2]

    for example in good:
        statement = {"better_off": "People", "change": example.text, "measure": "x"}
        assert [a for a in advice_on(GUIDE, statement) if a.page == "outcome"] == []
    bad = {"better_off": "People", "change": outcome.examples[2].text, "measure": "x"}
    assert len([a for a in advice_on(GUIDE, bad) if a.page == "outcome"]) == 1


def test_no_field_is_named_like_something_every_form_has():
    assert [name for name in FIELDS if hasattr(OutcomeForm, name)] == []
