"""Which parts decide about others, and what is broken where they are not asked."""

import pytest

from question_bank.loader import edition, editions, newest_edition
from question_bank.rules.conditions.grammar import read_condition
from tenders.rules import plan as plans
from tenders.rules.dependencies import (
    broken_dependencies,
    can_hold,
    dependents_of,
    every_dependent,
)

EDITION = newest_edition()
PACKS = [(version, pack) for version in editions() for pack in edition(version).packs]


def full():
    return plans.plan_from_pack(EDITION.version, EDITION.raw_packs["slp-full"])


def asked(plan):
    return plans.questionnaire_of_plan(EDITION.bank, plan)


@pytest.mark.parametrize(("version", "pack_id"), PACKS)
def test_no_shipped_pack_asks_what_cannot_be_asked_or_passed(version, pack_id):
    found = edition(version)
    plan = plans.plan_from_pack(version, found.raw_packs[pack_id])

    assert list(broken_dependencies(plans.questionnaire_of_plan(found.bank, plan))) == []


def first_with_condition():
    """A part that is asked only after another of its own question, and that other part."""
    for question in asked(full()).bare_questions:
        here = {part.id for part in question.parts}
        for part in question.parts:
            if part.shown_when and len(part.shown_when.parts()) == 1:
                (read,) = part.shown_when.parts()
                if read in here:
                    return question, part, read
    raise AssertionError("the bank has no such part")


def test_a_part_whose_condition_reads_what_is_not_asked_is_never_asked():
    question, part, read = first_with_condition()
    others = [other.id for other in question.parts if other.id != read]
    plan = plans.set_parts(full(), question.id, others)

    said = [line for line in broken_dependencies(asked(plan)) if line.startswith(f"{part.id} ")]

    assert said == [
        f"{part.id} ({part.label}) would never be asked: it depends on {read}, which is not asked"
    ]


def test_a_requirement_that_reads_what_is_not_asked_would_fail_every_bid():
    plan = plans.set_parts(full(), "SLP-02", ["SLP-02.b", "SLP-02.c"])

    assert [line.partition(" depends on ")[2] for line in broken_dependencies(asked(plan))] == [
        "SLP-02.a, which is not asked"
    ]


def test_what_reads_an_answer_is_named_with_what_it_decides():
    every = every_dependent(asked(full()))

    of_02 = [found.words for found in dependents_of(every, ["SLP-02.a"]) if found.is_grave]

    assert of_02 == ["SLP-02 Ownership of the data reads SLP-02.a to know whether a bid passes"]


@pytest.mark.parametrize(
    ("written", "wanted", "holds"),
    [
        pytest.param({"part": "A.a", "is": "x"}, True, True, id="asked"),
        pytest.param({"part": "B.a", "is": "x"}, True, False, id="not asked"),
        pytest.param({"not": {"part": "B.a", "is": "x"}}, True, False, id="not of unknown"),
        pytest.param({"not": {"part": "A.a", "is": "x"}}, True, True, id="not of asked"),
        pytest.param(
            {"any": [{"part": "A.a", "is": "x"}, {"part": "B.a", "is": "x"}]}, True, True, id="any"
        ),
        pytest.param(
            {"all": [{"part": "A.a", "is": "x"}, {"part": "B.a", "is": "x"}]}, True, False, id="all"
        ),
        pytest.param(
            {"all": [{"part": "A.a", "is": "x"}, {"part": "B.a", "is": "x"}]},
            False,
            True,
            id="all can be false",
        ),
        pytest.param({"missing": ["A.a", "B.a"]}, True, True, id="one of several missing"),
        pytest.param({"answered": "B.a"}, True, False, id="answered but not asked"),
        pytest.param({"always": True}, True, True, id="always"),
        pytest.param({"always": True}, False, False, id="never not"),
        pytest.param({"fact": "ai", "is": "yes"}, True, True, id="a fact may be anything"),
    ],
)
def test_whether_a_condition_can_hold_with_what_is_asked(written, wanted, holds):
    assert can_hold(read_condition(written, "test"), wanted, {"A.a"}) is holds
