"""Questions are found by every word asked for, wherever it stands, and by what they map to."""

from __future__ import annotations

import pytest

from question_bank.rules.questions import Bank, Flag, Kind, Outcome, Severity
from question_bank.rules.reading.frameworks import in_order, read_framework
from question_bank.rules.search import Wanted, find, index_of
from tests.rules.question_bank.builders import (
    condition,
    framework_written,
    options,
    part,
    question,
)

CODE = framework_written("code-2.0", groups=[{"title": "G", "controls": {"A1": "Know"}}])
FLAG = Flag(Severity.RED, ("R10",), "It can be lost", clauses=("C14",))
KEEP = part(
    "SLP-01.a",
    Kind.CHOICE,
    label="How copies are kept",
    options=options("offline"),
    outcomes=(Outcome("SLP-01.a:x", condition({"missing": "SLP-01.a"}), flag=FLAG),),
)
QUESTIONS = (
    question("LON-01", title="Charters", topic="london", why="London shares"),
    question(
        "SLP-01", title="Backups", parts=(KEEP,), controls={"code-2.0": ("A1",)}, main_risk="R02"
    ),
    question("SLP-02", title="Ownership", why="Copies belong to the council"),
)
INDEX = index_of(
    Bank(
        version="1",
        questions={each.id: each for each in QUESTIONS},
        schemas={},
        risks={},
        themes={},
        checks=(),
        facts={},
        scale={},
        raw={},
        frameworks=in_order([read_framework(CODE)]),
    )
)


def found(**wanted):
    return [each.question.id for each in find(INDEX, Wanted(**wanted))]


def test_the_questions_of_the_source_come_first():
    assert found() == ["SLP-01", "SLP-02", "LON-01"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("copies", ["SLP-01", "SLP-02"]),
        ("COPIES  kept", ["SLP-01"]),
        ("copies charters", []),
        ("offline", ["SLP-01"]),
        ("slp-01.A", ["SLP-01"]),
        ("lon-01", ["LON-01"]),
    ],
)
def test_every_word_must_stand_somewhere_in_the_question(words, expected):
    assert found(words=words) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"topic": "london"}, ["LON-01"]),
        ({"control": "code-2.0:A1"}, ["SLP-01"]),
        ({"control": "A1"}, []),
        ({"risk": "R10"}, ["SLP-01"]),
        ({"risk": "R02"}, ["SLP-01"]),
        ({"clause": "C14"}, ["SLP-01"]),
        ({"clause": "C14", "topic": "london"}, []),
    ],
)
def test_filters_keep_what_fits_all_of_them(wanted, expected):
    assert found(**wanted) == expected


def test_the_parts_in_which_all_words_stand_are_named():
    parts = [part.id for each in find(INDEX, Wanted(words="copies")) for part in each.parts]

    assert parts == ["SLP-01.a"]


def test_what_can_be_chosen_is_what_some_question_has():
    assert INDEX.topics == ("london", "security")
    assert INDEX.risks == ("R01", "R02", "R10")
    assert (INDEX.clauses, INDEX.controls) == (("C14",), {"code-2.0:A1"})
