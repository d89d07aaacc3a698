"""What is worth a thought in a statement of outcome, how far it is, and how it reads."""

import pytest

from question_bank.rules.reading.plain import ContentError
from tenders.rules.outcome import (
    State,
    advice_on,
    from_frozen,
    read_guide,
    sections_of,
    state_of,
    to_freeze,
    values_of,
    with_page,
)

RAW = {
    "checked": "November 2026",
    "source": "a guide",
    "technologies": ["sensor", "app", "AI", "data", "digital twin", "digital", "smart"],
    "nobody": ["nobody", "no one", "n/a", "to be confirmed"],
    "warnings": {
        "technology": {"says": "names {words}", "because": "too early"},
        "nobody": {"says": "nobody acts", "because": "data changes nothing"},
        "empty": {"says": "{title} is empty", "because": "{why}"},
        "unfinished": {"says": "{title} lacks {fields}", "because": "{why}"},
    },
    "pages": [
        {
            "id": "outcome",
            "group": "steps",
            "title": "Outcome",
            "heading": "What?",
            "lead": "Say it",
            "why": "all rests on it",
            "source": "a guide",
            "fields": [
                {
                    "id": "change",
                    "kind": "text",
                    "label": "Change",
                    "needed": True,
                    "checked_for": "technology",
                },
                {"id": "measure", "kind": "line", "label": "Measure", "needed": True},
                {"id": "by_when", "kind": "date", "label": "By when"},
            ],
        },
        {
            "id": "action",
            "group": "steps",
            "title": "Action",
            "heading": "Who?",
            "lead": "Say it",
            "why": "somebody must act",
            "source": "a guide",
            "fields": [
                {
                    "id": "who_acts",
                    "kind": "choice",
                    "label": "Who acts",
                    "needed": True,
                    "options": [
                        {"value": "people", "label": "People"},
                        {
                            "value": "nobody",
                            "label": "Nobody",
                            "ends": True,
                            "warns": {"says": "no one would act", "because": "nothing changes"},
                        },
                    ],
                },
                {
                    "id": "actor",
                    "kind": "line",
                    "label": "If…",
                    "needed": True,
                    "checked_for": "nobody",
                },
            ],
        },
        {
            "id": "security",
            "group": "principles",
            "principle": "4",
            "title": "Security",
            "heading": "Secure",
            "lead": "Say it",
            "why": "it can fail",
            "source": "a guide",
            "fields": [
                {
                    "id": "guidance",
                    "kind": "choices",
                    "label": "Guidance",
                    "needed": True,
                    "options": [
                        {"value": "ncsc", "label": "NCSC"},
                        {"value": "dsit", "label": "DSIT"},
                    ],
                },
                {"id": "link", "kind": "link", "label": "Link"},
            ],
        },
    ],
    "principles": {"4": "Secure by design"},
}
GUIDE = read_guide(RAW)
OUTCOME, ACTION, SECURITY = GUIDE.pages
DONE = {"change": "Homes are warm", "measure": "Fewer visits", "who_acts": "people", "actor": "Us"}


def said(statement):
    return [advice.says for advice in advice_on(GUIDE, statement)]


def test_a_statement_in_which_people_act_is_worth_no_second_thought():
    assert said(DONE) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("500 sensors in homes", "‘sensors’", id="plural"),
        pytest.param("A SENSOR in each home", "‘SENSOR’", id="capitals"),
        pytest.param("An app, and another app", "‘app’", id="twice"),
        pytest.param("A digital twin of the river", "‘digital twin’", id="the longest name"),
        pytest.param("A digital\ntwin", "‘digital twin’", id="over two lines"),
        pytest.param("Smart streets with AI", "‘Smart’, ‘AI’", id="two of them"),
        pytest.param("A data-driven service", "‘data’", id="before a hyphen"),
        pytest.param("Homes (with sensors).", "‘sensors’", id="in brackets"),
    ],
)
def test_an_outcome_that_names_a_technology_is_told_with_its_words(change, words):
    assert said({**DONE, "change": change}) == [f"names {words}"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("People apply for help sooner", id="apply"),
        pytest.param("A sensory garden for children", id="sensory"),
        pytest.param("Smarter and smartly dressed", id="smarter"),
        pytest.param("Candidates and mandates", id="within a word"),
        pytest.param("Residents said that they care", id="ai within a word"),
        pytest.param("Streets that happen to be quiet", id="happen"),
    ],
)
def test_words_that_only_look_like_a_technology_are_left_alone(change):
    assert said({**DONE, "change": change}) == []


def test_technology_may_be_named_where_it_is_not_the_outcome():
    assert said({**DONE, "measure": "Readings of the sensors"}) == []


@pytest.mark.parametrize(
    "actor",
    ["nobody", "Nobody.", "No  one", "N/A", "  to be confirmed "],
)
def test_an_actor_who_is_nobody_is_told(actor):
    assert said({**DONE, "actor": actor}) == ["nobody acts"]


@pytest.mark.parametrize("actor", ["Nobody but the wardens", "Noone Road wardens", "Officers"])
def test_an_actor_who_is_somebody_is_not(actor):
    assert said({**DONE, "actor": actor}) == []


def test_where_nobody_acts_it_is_told_once_and_the_rest_of_the_step_is_not_asked_for():
    assert said({**DONE, "who_acts": "nobody", "actor": ""}) == ["no one would act"]
    assert said({**DONE, "who_acts": "nobody", "actor": "nobody"}) == ["no one would act"]
    assert state_of(ACTION, {"who_acts": "nobody"}) is State.COMPLETED


def test_empty_steps_are_told_with_why_and_principles_nobody_began_are_not():
    assert [(advice.says, advice.because) for advice in advice_on(GUIDE, {})] == [
        ("Outcome is empty", "all rests on it"),
        ("Action is empty", "somebody must act"),
    ]


def test_what_a_step_lacks_is_told_by_its_labels():
    assert said({"by_when": "2027-03-31", "who_acts": "people"}) == [
        "Outcome lacks “Change”, “Measure”",
        "Action lacks “If”",
    ]


@pytest.mark.parametrize(
    ("statement", "state"),
    [
        ({}, State.NOT_BEGUN),
        ({"by_when": "2027-03-31"}, State.BEGUN),
        ({"change": "Warm homes"}, State.BEGUN),
        ({"change": "Warm homes", "measure": "Visits"}, State.COMPLETED),
    ],
    ids=["nothing", "what is not needed", "half", "all that is needed"],
)
def test_a_page_is_completed_by_what_it_needs(statement, state):
    assert state_of(OUTCOME, statement) is state


def test_saving_a_page_leaves_the_others_as_they_are_and_drops_what_is_empty():
    after = with_page(ACTION, DONE, {"who_acts": "nobody", "actor": "", "change": "not mine"})

    assert after == {
        "change": "Homes are warm",
        "measure": "Fewer visits",
        "who_acts": "nobody",
    }
    assert values_of(ACTION, after) == {"who_acts": "nobody"}


def test_a_statement_reads_in_words_and_is_frozen_with_its_labels():
    statement = {
        "change": "One\n\nTwo",
        "by_when": "2027-03-01",
        "guidance": ["dsit", "ncsc"],
        "link": "https://council.example/dpia",
    }

    sections = sections_of(GUIDE, statement)

    assert [
        (section.title, section.principle, [row.words for row in section.rows])
        for section in sections
    ] == [
        ("Outcome", "", [("One", "Two"), ("1 March 2027",)]),
        ("Action", "", []),
        (
            "Security",
            "4. Secure by design",
            [("NCSC", "DSIT"), ("https://council.example/dpia",)],
        ),
    ]
    assert from_frozen(to_freeze(sections)) == (sections[0], sections[2])
    assert [row.is_link for row in sections[2].rows] == [False, True]


def changed(change):
    raw = {**RAW, "pages": [dict(page, fields=list(page["fields"])) for page in RAW["pages"]]}
    change(raw)
    return raw


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            lambda raw: raw["pages"][0].update(hint="x"),
            "outcome.yml, outcome: ‘hint’ is not a known key",
            id="unknown key",
        ),
        pytest.param(
            lambda raw: raw["pages"][1].update(id="outcome"),
            "outcome.yml: the id ‘outcome’ is given to more than one page",
            id="page twice",
        ),
        pytest.param(
            lambda raw: raw["pages"][0]["fields"].append(raw["pages"][1]["fields"][1]),
            "outcome.yml: the id ‘actor’ is given to more than one field",
            id="field twice",
        ),
        pytest.param(
            lambda raw: raw["pages"][2].update(principle="6"),
            "outcome.yml, security: there is no principle ‘6’",
            id="no such principle",
        ),
        pytest.param(
            lambda raw: raw["pages"][0].update(group="step"),
            "outcome.yml, outcome: write ‘steps’ or ‘principles’ as its group",
            id="no such group",
        ),
        pytest.param(
            lambda raw: raw["pages"][0]["fields"].append(
                {"id": "new", "kind": "choice", "label": "New"}
            ),
            "outcome.yml, outcome, new: options belong to a choice or choices, and to these only",
            id="a choice of nothing",
        ),
        pytest.param(
            lambda raw: raw["pages"][0]["fields"].append(
                {"id": "new", "kind": "texts", "label": "New"}
            ),
            "outcome.yml, outcome, new: ‘texts’ is not a kind of field; did you mean ‘text’?",
            id="unknown kind",
        ),
        pytest.param(
            lambda raw: raw.update(warnings={}),
            "outcome.yml, warnings: ‘technology’ is missing",
            id="no warnings",
        ),
    ],
)
def test_content_that_is_wrong_is_refused_with_its_place(change, says):
    with pytest.raises(ContentError) as refused:
        read_guide(changed(change))

    assert refused.value.sentences == (says,)
