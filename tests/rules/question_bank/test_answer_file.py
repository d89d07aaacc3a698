"""An answer file that is wrong gets one line for each mistake, naming the part and the remedy."""

from __future__ import annotations

import jsonschema
import pytest

from question_bank.rules.answer_file import FORMAT, answer_schema, mistakes_and_answers
from tests.rules.question_bank.builders import PARTS

GOOD = {
    "format": FORMAT,
    "pack": "small",
    "bank_version": "2026.11",
    "supplier": {"name": "Leafmould Sensing Ltd"},
    "answers": {"Q.one": "a", "Q.yes": "yes", "Q.time": "1d", "Q.table": [{"name": "Platform"}]},
}


def read(content):
    return mistakes_and_answers(content, PARTS, pack="small", bank_version="2026.11")


def test_a_good_file_is_read_as_stored():
    mistakes, answers = read(GOOD)

    assert mistakes == []
    assert answers.supplier == {"name": "Leafmould Sensing Ltd"}
    assert answers.answers == {
        "Q.one": "a",
        "Q.yes": {"answer": "yes"},
        "Q.time": "24h",
        "Q.table": [{"name": "Platform"}],
    }


def changed(**changes):
    return {**GOOD, **changes}


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ([], ["The file must hold one JSON object"]),
        (changed(format="x"), [f"format: must be “{FORMAT}”"]),
        (changed(pack="other"), ["pack: must be “small”, the questionnaire being assessed"]),
        (
            changed(bank_version="2025.01"),
            [
                "bank_version: these answers are for version 2025.01 of the questions, and version "
                "2026.11 is being assessed; check each answer against the new questions and change "
                "the version"
            ],
        ),
        (
            changed(anwsers={}),
            ["‘anwsers’ is not a key of an answer file; did you mean ‘answers’?"],
        ),
        (changed(supplier={}), ["supplier.name: give the supplier’s legal name"]),
        (changed(answers=[]), ["answers: must be an object of part ids and values"]),
        (
            changed(answers={"Q.onne": "a"}),
            ["Q.onne: is not a part of this questionnaire; did you mean Q.one?"],
        ),
        (
            changed(answers={"SLP-99.z": "a"}),
            [
                "SLP-99.z: is not a part of this questionnaire; remove it, or choose the pack that "
                "asks it"
            ],
        ),
        (
            changed(answers={"Q.one": "z", "Q.number": "x"}),
            [
                "Q.one: Select one of the answers listed for label of Q.one: a, b, c",
                "Q.number: Label of Q.number must be a number, like 24",
            ],
        ),
        (
            changed(answers={"Q.table": [{"name": "A"}, {"name": "B", "country": "Global"}]}),
            ["Q.table, row 2, country: Select a country for country"],
        ),
    ],
)
def test_each_mistake_is_a_line(content, lines):
    mistakes, _ = read(content)

    assert mistakes == lines


def test_the_schema_accepts_what_the_reader_accepts_and_names_every_part():
    schema = answer_schema(PARTS, "small")

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(GOOD, schema)
    assert set(schema["properties"]["answers"]["properties"]) == set(PARTS)


@pytest.mark.parametrize(
    "content", [changed(pack="x"), changed(answers={"Q.one": "z"}), changed(answers={"Q.zz": 1})]
)
def test_the_schema_refuses_what_the_reader_refuses(content):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, answer_schema(PARTS, "small"))
