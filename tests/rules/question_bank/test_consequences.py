"""What answers lead to is told in words before anybody has answered."""

from __future__ import annotations

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.consequences import (
    Leads,
    answers_raising,
    checks_of,
    clauses_of,
    leads_of,
    risks_of,
)
from question_bank.rules.own.saying import Known
from question_bank.rules.questions import CheckCase, Flag, Kind, Outcome, Severity
from tests.rules.question_bank.builders import PARTS, condition, options, part, question

KNOWN = Known(parts=PARTS, facts={})
RED = Flag(Severity.RED, ("R10",), "It can be lost", clauses=("C14",))
AMBER = Flag(Severity.AMBER, ("R11",), "It is late")


def chosen(part_id, value, **more):
    when = Condition("part", part_id, "chosen", value)
    return Outcome(f"{part_id}:{value}", when, **more)


ONE = part(
    "Q-01.a",
    Kind.CHOICE,
    options=options("a", "b"),
    outcomes=(
        Outcome("Q-01.a:late", condition({"part": "Q.number", "more_than": 3}), flag=AMBER),
        chosen("Q-01.a", "a", ceiling=5),
        chosen("Q-01.a", "b", ceiling=2, flag=RED),
    ),
)
ASKED = question("Q-01", main_risk="R01", parts=(ONE,))


def test_answers_come_first_in_their_own_words_then_other_rules_in_ours():
    assert leads_of(ONE, KNOWN) == (
        Leads("Q-01.a:a", "A", True, 5, None),
        Leads("Q-01.a:b", "B", True, 2, RED),
        Leads("Q-01.a:late", "Q.number (Label of Q.number) is more than 3", False, None, AMBER),
    )


def test_a_commitment_is_told_by_its_three_answers():
    promise = part(
        "Q-01.b",
        Kind.COMMITMENT,
        outcomes=tuple(
            chosen("Q-01.b", value, ceiling=5) for value in ("yes", "yes-with-exception", "no")
        ),
    )

    assert [leads.when for leads in leads_of(promise, KNOWN)] == [
        "Yes", "Yes, with an exception", "No",
    ]  # fmt: skip


def test_a_question_can_propose_its_main_risk_and_those_of_its_flags():
    assert (risks_of(ASKED), clauses_of(ASKED)) == ({"R01", "R10", "R11"}, {"C14"})


def test_a_risk_names_the_answers_that_propose_it():
    found = answers_raising("R10", [ASKED], KNOWN)

    assert [(each.question.id, each.part.id, each.leads.when) for each in found] == [
        ("Q-01", "Q-01.a", "B")
    ]


def test_a_check_concerns_a_question_whose_answer_or_mark_it_reads():
    cases = [
        CheckCase("X1", "Reads an answer", condition({"part": "Q-01.a", "is": "a"}), RED),
        CheckCase("X2", "Reads a mark", condition({"mark": "Q-01", "at_most": 2}), RED),
        CheckCase("X3", "Reads neither", condition({"part": "Q.one", "is": "a"}), RED),
    ]

    assert [case.rule for case in checks_of(ASKED, cases)] == ["X1", "X2"]
