"""A questionnaire small enough to reckon by hand: two sections, three scored questions."""

from __future__ import annotations

from decimal import Decimal

from question_bank.rules.conditions.grammar import read_condition
from question_bank.rules.questions import (
    Bank,
    Flag,
    Kind,
    Option,
    Outcome,
    Part,
    PartClass,
    Question,
    Risk,
    Severity,
)
from scoring.rules.evaluation import evaluate_bid
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

LEVELS = {mark: f"Descriptor {mark}" for mark in range(6)}


def risk(risk_id, likelihood=3, impact=4, category="technology"):
    return Risk(
        risk_id, f"Title of {risk_id}", category, "something lacks", "something happens",
        "somebody suffers", likelihood, impact, "treat", "Do something", ("C14",),
    )  # fmt: skip


RISKS = {risk_id: risk(risk_id) for risk_id in ("R02", "R09", "R10", "R21")} | {
    "R04": risk("R04", likelihood=5, impact=5)
}


def flag(severity, *risks, says="The bid lacks something"):
    return Flag(Severity(severity), risks, says, ("C14",))


def choice(part_id, *options, **more):
    """A closed part; each option is (value, ceiling, flag or None)."""
    built = tuple(Option(value, value.title(), ceiling, flg) for value, ceiling, flg in options)
    outcomes = tuple(
        Outcome(
            f"{part_id}:{value}",
            read_condition({"part": part_id, "is": value}, part_id),
            ceiling,
            flg,
        )
        for value, ceiling, flg in options
    )
    return Part(
        part_id, Kind.CHOICE, f"Label of {part_id}", options=built, outcomes=outcomes, **more
    )


def narrative(part_id, **more):
    return Part(part_id, Kind.NARRATIVE, f"Label of {part_id}", words=200, **more)


def question(question_id, main_risk, *parts, **more):
    return Question(
        question_id, 1, "resilience", f"Title of {question_id}", "ours", "because",
        main_risk, LEVELS, parts, **more,
    )  # fmt: skip


OWNERSHIP = question(
    "Q-2",
    "R02",
    choice(
        "Q-2.a", ("yes", 5, None), ("no", 0, flag("red", "R02")), assessed=PartClass.REQUIREMENT
    ),
    pass_when=read_condition({"part": "Q-2.a", "is": "yes"}, "Q-2"),
    pass_says="The council must own the data",
)
COPIES = question(
    "Q-7",
    "R09",
    choice("Q-7.a", ("offline", 5, None), ("online", 2, flag("red", "R10"))),
    choice("Q-7.b", ("tested", 5, None), ("untested", 3, flag("amber", "R09", "R10"))),
    narrative("Q-7.c", required=False),
)
CHARGES = question(
    "Q-4", "R04", choice("Q-4.a", ("free", 5, None), ("paid", 1, flag("amber", "R04")))
)
CHAIN = question(
    "Q-8", "R21", choice("Q-8.a", ("known", 5, None), ("unknown", 4, flag("info", "R21")))
)
ALL = (OWNERSHIP, COPIES, CHARGES, CHAIN)

BANK = Bank(
    "test", {q.id: q for q in ALL}, {}, RISKS, {}, (), {}, {}, {},
)  # fmt: skip


def questionnaire(weights=("60", "40", "100"), sections=("75", "25")):
    """Q-2 is passed or failed; Q-7 and Q-4 share the first section, Q-8 has the second alone."""
    first, second = (Decimal(weight) for weight in sections)
    copies, charges, chain = (Decimal(weight) for weight in weights)
    return Questionnaire(
        "Small",
        "small",
        BANK,
        (
            Section("one", "One", first, (
                AskedQuestion(OWNERSHIP, Decimal(0), first),
                AskedQuestion(COPIES, copies, first),
                AskedQuestion(CHARGES, charges, first),
            )),
            Section("two", "Two", second, (AskedQuestion(CHAIN, chain, second),)),
        ),
    )  # fmt: skip


BEST = {"Q-2.a": "yes", "Q-7.a": "offline", "Q-7.b": "tested", "Q-4.a": "free", "Q-8.a": "known"}


def evaluate(marks=None, **changed):
    """The best bid with some answers changed: ``evaluate(**{"Q-7.a": "online"})``."""
    answers = {key: value for key, value in (BEST | changed).items() if value is not None}
    return evaluate_bid(questionnaire(), answers, {}, marks or {})
