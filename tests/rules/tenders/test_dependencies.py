"""Which parts decide about others, and what is broken where they are not asked."""

from dataclasses import replace

import pytest

from question_bank.loader import edition, editions, newest_edition
from question_bank.rules.conditions.grammar import read_condition
from tenders.rules import plan as plans
from tenders.rules.dependencies import (
    broken_dependencies,
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


def test_a_part_whose_condition_contradicts_itself_is_never_asked():
    question, part, read = first_with_condition()
    never = read_condition({"all": [{"answered": read}, {"missing": read}]}, "test")
    questionnaire = asked(full())
    parts = tuple(replace(p, shown_when=never) if p is part else p for p in question.parts)

    changed = with_question(questionnaire, replace(question, parts=parts))

    assert [line for line in broken_dependencies(changed) if line.startswith(f"{part.id} ")] == [
        f"{part.id} ({part.label}) would never be asked: what it depends on contradicts the "
        "answers on offer"
    ]


def with_question(questionnaire, question):
    """Return the questionnaire with another question in the place of the one with its id."""
    sections = tuple(
        replace(
            section,
            questions=tuple(
                replace(entry, question=question) if entry.id == question.id else entry
                for entry in section.questions
            ),
        )
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=sections)
