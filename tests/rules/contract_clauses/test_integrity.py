import pytest

from contract_clauses.rules.integrity import Conventions, library_problems
from contract_clauses.rules.reading import read_library
from question_bank.loader import shipped_bank
from question_bank.rules.reading import ContentError
from tests.rules.contract_clauses.small import library_of, raw_library, raw_topic

VARIABLE = {"label": "x", "kind": "hours", "from": [{"default": 4}]}


def problems(**topic):
    found = library_problems(library_of(raw_topic(**topic)), shipped_bank())
    return [problem for problem in found if "C50" in problem]


def test_a_sound_library_has_no_problems():
    assert problems() == []


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        pytest.param(
            {"text": ["The Supplier shall stop."]},
            "C50.1: write “must”, not “shall”",
            id="shall",
        ),
        pytest.param(
            {"text": ["The Supplier will stop."]},
            "C50.1: write “must”, not “will”",
            id="will",
        ),
        pytest.param(
            {"text": ["The Supplier must " + "very " * 43 + "well."]},
            "C50.1: a sentence has 47 words; write 45 or fewer",
            id="long sentence",
        ),
        pytest.param(
            {"text": ["The Supplier must {hours}."]},
            "C50.1: {hours} is no variable it can refer to",
            id="variable that is not there",
        ),
        pytest.param(
            {"variables": {"hours": VARIABLE}},
            "C50: the variable ‘hours’ is never used; remove it or use it",
            id="variable never used",
        ),
        pytest.param(
            {"variables": {"hours": {**VARIABLE, "from": []}}, "text": ["It has {hours} hours."]},
            "C50, variable hours: it has no source; give at least {default: …} or a fact",
            id="variable without a source",
        ),
        pytest.param(
            {"text": ["See {annex:nowhere}."]},
            "C50.1: {annex:nowhere} is no annex it can refer to",
            id="annex",
        ),
        pytest.param(
            {"text": ["See {clause:C99}."]},
            "C50.1: {clause:C99} is no clause it can refer to",
            id="clause",
        ),
        pytest.param(
            {"included_when": {"part": "SLP-99.a", "is": "yes"}},
            "C50, included_when: SLP-99.a is not a part",
            id="part in the condition",
        ),
        pytest.param(
            {"included_when": {"risk": ["R99"]}},
            "C50, included_when: R99 is not in the risk library",
            id="risk in the condition",
        ),
        pytest.param(
            {
                "variables": {"hours": {**VARIABLE, "from": [{"part": "SLP-07.a"}]}},
                "text": ["{hours}"],
            },
            "C50, variable hours: hours cannot be read from SLP-07.a, which is narrative",
            id="narrative as a source",
        ),
        pytest.param(
            {
                "variables": {"hours": {**VARIABLE, "from": [{"fact": "moon"}]}},
                "text": ["{hours}"],
            },
            "C50, variable hours: moon is not a tender fact",
            id="fact",
        ),
        pytest.param(
            {"text": ["The Supplier must stop {now."]},
            "C50.1: a brace is left open; only references stand in braces",
            id="open brace",
        ),
        pytest.param(
            {"text": [{"text": "It must", "items": ["a", "b"]}]},
            "C50.1: the words before a list end with a colon",
            id="list without colon",
        ),
        pytest.param(
            {"defines": {"Supplier": "again"}},
            "C50: ‘Supplier’ is already defined in definitions.yml",
            id="term defined twice",
        ),
    ],
)
def test_each_mistake_gets_a_sentence_that_names_the_place(topic, says):
    assert says in problems(**topic)


@pytest.mark.parametrize(
    ("topic", "says"),
    [
        pytest.param(
            {"inclded_when": {}},
            "C50: ‘inclded_when’ is not a known key; did you mean ‘included_when’?",
            id="unknown key",
        ),
        pytest.param(
            {"variables": {"x": {**VARIABLE, "kind": "weeks"}}},
            "C50, variable x: ‘weeks’ is none of hours, duration, days, months, number, percent, "
            "money, date, text, list, country-list",
            id="kind",
        ),
        pytest.param(
            {"text": [{"text": "x", "obligation": {"who": "supplier", "what": "x"}}]},
            "C50, sub-clause 1, obligation: ‘evidence’ is missing",
            id="obligation without evidence",
        ),
    ],
)
def test_a_library_that_cannot_be_read_says_what_to_mend(topic, says):
    with pytest.raises(ContentError) as error:
        library_of(raw_topic(**topic))

    assert str(error.value) == says


def test_a_term_of_the_definitions_that_no_clause_uses_is_named():
    defined = {"Supplier": "who supplies", "Key": "a secret"}
    used = library_of(raw_topic(text=["The Supplier must change the Key."]), definitions=defined)
    unused = library_of(raw_topic(), definitions=defined)

    said = "definitions.yml: ‘Key’ is defined and never used"
    assert said in library_problems(unused, shipped_bank())
    assert said not in library_problems(used, shipped_bank())


def test_a_term_in_what_opens_every_schedule_must_be_defined_too():
    opening = {"title": "Interpretation", "text": ["It must follow the Quality Plan."]}
    library = library_of(
        raw_topic(), interpretation=opening, definitions={"Supplier": "who keeps the Spare Key"}
    )

    found = library_problems(library, shipped_bank(), Conventions())

    assert "interpretation, sub-clause 1: ‘Quality Plan’ has a capital like a term, and is " in (
        " ".join(found)
    )
    assert "definition of Supplier: ‘Spare Key’ has a capital like a term" in " ".join(found)


def test_a_clause_id_is_used_once():
    with pytest.raises(ContentError, match="C50: this clause is given twice"):
        read_library(raw_library(raw_topic(), raw_topic()))
