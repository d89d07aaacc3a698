"""What the law and our practice say about a questionnaire, each with a remedy and a source."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

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
    Severity,
)
from tenders.rules.findings import Place, Urgency
from tenders.rules.law import Law, Procedure, Threshold, TimeLimit
from tenders.rules.lint import conditions_in, declared, lint
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

NOW = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Europe/London"))  # a Monday
LATER = NOW + timedelta(days=60)
NAMES = (
    "weights",
    "descriptors",
    "knock-outs",
    "equivalents",
    "insurance",
    "below-threshold",
    "participation",
    "proportionate",
    "small-suppliers",
    "information",
    "requirements",
    "dependencies",
    "dates",
    "facts",
)
SINCE = date(2026, 1, 1)
LAW = Law(
    checked=date(2026, 11, 1),
    thresholds=(Threshold("sub-central", "Goods and services", 200_000, SINCE, "the figure"),),
    time_limits=(
        TimeLimit("tendering", 25, SINCE, "as a rule", "section 54"),
        TimeLimit("tendering-shortened", 10, SINCE, "in urgency", "section 54"),
    ),
    procedures={
        "open": Procedure("open", True, True, "section 20"),
        "below-threshold": Procedure("below-threshold", False, False, "sections 84 to 88"),
        "direct": Procedure("direct", False, False, "our practice"),
    },
    rules={name: f"source of {name}" for name in NAMES},
)
LEVELS = {mark: f"What earns {mark}." for mark in range(6)}


def part(part_id, kind=Kind.CHOICE, **more):
    given = {"label": "A part", "ask": "What is it?", "options": options("yes", "no")} | more
    return Part(id=part_id, kind=kind, **given)


def options(*values):
    return tuple(Option(value, value) for value in values)


def question(question_id, *parts, **more):
    given = {"levels": LEVELS, "minutes": 30} | more
    return Question(
        id=question_id,
        version=1,
        topic="t",
        title="A question",
        source="s",
        why="w",
        main_risk="R01",
        parts=parts or (part(f"{question_id}.a"),),
        **given,
    )


def asked(one, weight=100, **more):
    return AskedQuestion(one, Decimal(weight), Decimal(40), **more)


def questionnaire(*entries, checks=()):
    bank = Bank(
        version="1",
        questions={entry.id: entry.question for entry in entries},
        schemas={},
        risks={},
        themes={},
        checks=checks,
        facts={},
        scale={},
        raw={},
    )
    return Questionnaire("T", "p", bank, (Section("s", "S", Decimal(100), tuple(entries)),))


def condition(**written):
    return read_condition(written, "test")


def found(*entries, facts=None, checks=(), clauses=(), closes_at=LATER):
    return lint(
        questionnaire(*entries, checks=checks),
        facts or {},
        LAW,
        moment=NOW,
        closes_at=closes_at,
        clauses=clauses,
    )


def said(findings):
    return [(finding.urgency.value, finding.message) for finding in findings]


def flagged(severity, when, says="It fails"):
    return Outcome("A-01.a:no", when, flag=Flag(severity, ("R01",), says))


def test_nothing_is_said_about_a_sound_question():
    assert found(asked(question("A-01"))) == []


def test_a_marked_question_describes_every_mark():
    lacking = {mark: text for mark, text in LEVELS.items() if mark not in (0, 4)}

    [finding] = found(asked(question("A-01", levels=lacking)))

    assert said([finding]) == [("must", "A-01 A question does not say what earns 0 and 4")]
    assert (finding.place, finding.source, finding.about) == (
        Place.QUESTIONS,
        "source of descriptors",
        "A-01",
    )
    assert found(asked(question("A-01", levels=lacking), assessed=PartClass.INFORMATION)) == []


def test_a_question_more_than_half_of_quality_is_worth_a_thought():
    heavy = AskedQuestion(question("A-01"), Decimal(51), Decimal(100))
    half = AskedQuestion(question("A-01"), Decimal(50), Decimal(100))

    assert said(found(heavy)) == [("should", "A-01 A question makes up more than half of quality")]
    assert found(half) == []


@pytest.mark.parametrize("by", ["the question", "an outcome"])
def test_what_is_asked_for_information_fails_nobody(by):
    no = condition(part="A-01.a", **{"is": "no"})
    one = (
        question("A-01", pass_when=condition(part="A-01.a", **{"is": "yes"}), pass_says="It fails")
        if by == "the question"
        else question("A-01", part("A-01.a", outcomes=(flagged(Severity.KNOCK_OUT, no),)))
    )

    [finding] = found(asked(one, 0, assessed=PartClass.INFORMATION))

    assert said([finding]) == [
        ("should", "A-01 A question is asked for information, so no answer to it fails a bid")
    ]
    assert (
        declared(questionnaire(asked(one, 0, assessed=PartClass.INFORMATION)))["knock_outs"] == []
    )
    assert finding.details == ("It fails",)


def test_a_part_for_information_decides_no_requirement():
    one = question(
        "A-01",
        part("A-01.a", assessed=PartClass.INFORMATION),
        pass_when=condition(part="A-01.a", **{"is": "yes"}),
        pass_says="It fails",
    )

    assert said(found(asked(one, 0, assessed=PartClass.REQUIREMENT))) == [
        ("must", "A-01.a is asked for information, yet a bid can fail by it")
    ]


def test_a_requirement_says_what_fails_it():
    assert said(found(asked(question("A-01"), 0))) == [
        ("should", "A-01 A question is passed or failed, but no rule says what fails it")
    ]


def test_every_knock_out_asked_is_declared_in_the_published_terms():
    no = condition(part="A-01.a", **{"is": "no"})
    first = question("A-01", part("A-01.a", outcomes=(flagged(Severity.KNOCK_OUT, no),)))
    second = question(
        "A-02", pass_when=condition(part="A-02.a", **{"is": "yes"}), pass_says="It must"
    )

    terms = declared(questionnaire(asked(first, 60, threshold=2), asked(second, 40)))

    assert terms["knock_outs"] == [
        {"rule": "A-01.a:no", "question": "A-01", "says": "It fails"},
        {"rule": "A-02:pass", "question": "A-02", "says": "It must"},
    ]
    assert terms["thresholds"] == [{"question": "A-01", "least_mark": 2}]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ({"ask": "Do you hold Cyber Essentials Plus?"}, "Cyber Essentials Plus"),
        ({"label": "ISO/IEC 27001 certificate"}, "ISO/IEC 27001"),
        ({"hint": "Follow PAS 185:2017."}, "PAS 185"),
        ({"options": options("ISO 27001", "None")}, "ISO 27001"),
        ({"ask": "Is it ETSI EN 303 645?"}, "ETSI EN 303 645"),
        ({"kind": Kind.CERTIFICATE, "ask": "Enter your certificate."}, "a certificate"),
    ],
    ids=["ask", "label", "hint", "options", "ETSI", "a certificate of any kind"],
)
def test_a_required_certificate_allows_an_equivalent(words, named):
    [finding] = found(asked(question("A-01", part("A-01.a", **words))))

    label = words.get("label", "A part")
    assert said([finding]) == [
        ("must", f"A-01.a {label} asks for {named} without allowing an equivalent")
    ]
    assert finding.source == "source of equivalents"


@pytest.mark.parametrize(
    "one",
    [
        question("A-01", part("A-01.a", ask="Do you hold Cyber Essentials, or an equivalent?")),
        question("A-01", part("A-01.a", ask="Do you hold ISO 9001?", required=False)),
        question("A-01", part("A-01.a", hint="For example, ISO 27001.")),
        question(
            "A-01", part("A-01.a", ask="Do you follow PAS 185?"), guidance="Equivalents count."
        ),
        question("A-01", part("A-01.a", ask="Do you meet the Data Protection Act 2018?")),
    ],
    ids=["or an equivalent", "not required", "an example", "in the guidance", "a law"],
)
def test_a_certificate_that_is_open_to_others_is_fine(one):
    assert found(asked(one)) == []


@pytest.mark.parametrize(
    ("ask", "assessed", "urgency"),
    [
        ("Do you hold cyber insurance of £5 million?", PartClass.REQUIREMENT, ["must"]),
        ("Do you hold cyber insurance of £5 million?", PartClass.SCORED, ["should"]),
        ("Will you hold cyber insurance by the date of award?", PartClass.REQUIREMENT, []),
        ("Will you be insured before the contract starts?", PartClass.REQUIREMENT, []),
    ],
    ids=["required", "marked", "by award", "before the start"],
)
def test_no_insurance_is_demanded_before_award(ask, assessed, urgency):
    one = question("A-01", part("A-01.a", ask=ask, assessed=assessed))

    assert [finding.urgency.value for finding in found(asked(one))] == urgency


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"above_threshold": "no"}, ("must", "sources below")),
        ({"procedure": "below-threshold"}, ("must", "sources below")),
        ({"procedure": "direct", "above_threshold": "yes"}, ("must", "our practice")),
        ({}, ("should", "source of participation")),
        ({"procedure": "open", "above_threshold": "yes"}, None),
    ],
    ids=["below by value", "below by procedure", "direct", "no procedure", "open"],
)
def test_who_may_bid_is_decided_only_where_there_is_a_stage_for_it(facts, expected):
    findings = found(asked(question("A-01"), assessed=PartClass.PARTICIPATION), facts=facts)
    got = [(finding.urgency.value, finding.source) for finding in findings]

    wanted = [] if expected is None else [expected]
    assert got == [
        (urgency, "source of below-threshold" if source == "sources below" else source)
        for urgency, source in wanted
    ]


def test_a_part_that_waits_for_what_is_not_asked_is_named():
    waiting = part("A-01.b", shown_when=condition(part="A-02.a", **{"is": "yes"}))
    third = part("A-01.c", shown_when=condition(answered="A-01.b"))
    other = question("A-02")
    bank_has = questionnaire(asked(other))

    entry = asked(question("A-01", part("A-01.a"), waiting, third))
    whole = questionnaire(entry)
    known = replace(
        whole, bank=replace(whole.bank, questions={"A-02": other, **whole.bank.questions})
    )
    [finding] = lint(known, {}, LAW, moment=NOW, closes_at=LATER)

    assert bank_has.parts.keys() == {"A-02.a"}
    assert said([finding]) == [("should", "A-01 A question has 2 parts that no supplier will see")]
    assert finding.details == ("A-01.b waits for A-02.a", "A-01.c waits for A-01.b")


def test_a_question_nobody_can_reach_must_be_mended():
    hidden = part("A-01.b", shown_when=condition(part="A-02.a", **{"is": "maybe"}))

    findings = found(asked(question("A-02"), 50), asked(question("A-01", hidden), 50))

    assert said(findings) == [
        (
            "must",
            "A-01 A question can never be reached: every part of it waits for an answer nobody "
            "can give",
        )
    ]
    assert findings[0].details == ("A-01.b: its condition contradicts the answers on offer",)


def test_conditions_that_contradict_each_other_are_found():
    both = condition(all=[{"part": "A-01.a", "is": "yes"}, {"part": "A-01.a", "is": "no"}])

    [finding] = found(asked(question("A-01", part("A-01.a"), part("A-01.b", shown_when=both))))

    assert finding.details == ("A-01.b: its condition contradicts the answers on offer",)


def test_a_requirement_that_nobody_can_pass_must_be_mended():
    one = question("A-01", pass_when=condition(part="A-01.b", **{"is": "yes"}), pass_says="It must")

    findings = found(asked(one, 0))

    assert said(findings) == [
        ("must", "A-01 A question would fail every bid: what passes it is not asked"),
        ("must", "A-01 A question has rules about what does not exist"),
    ]


def test_rules_and_clauses_that_nothing_can_bring_about_are_counted():
    silent = Outcome("A-01.a:x", condition(part="A-02.a", **{"is": "no"}), ceiling=2)
    entry = asked(question("A-01", part("A-01.a", outcomes=(silent,))))
    whole = questionnaire(entry)
    known = replace(
        whole,
        bank=replace(whole.bank, questions={"A-02": question("A-02"), "A-01": entry.question}),
    )
    library = {
        "clauses": [
            {"id": "C01", "title": "Never", "included_when": {"answered": ["A-02.a"], "says": "x"}},
            {"id": "C02", "title": "Always", "included_when": {"always": True}},
            {"id": "C03", "title": "Odd", "included_when": {"sometimes": True}},
        ]
    }

    findings = lint(known, {}, LAW, moment=NOW, closes_at=LATER, clauses=conditions_in(library))

    assert said(findings) == [
        ("should", "1 rule can never come about"),
        ("should", "1 clause can never come about"),
    ]
    assert [finding.details for finding in findings] == [
        ("A-01.a:x waits for A-02.a",),
        ("clause C01 Never waits for A-02.a",),
    ]


def test_the_time_given_is_compared_with_the_work():
    many = [asked(question(f"A-{number:02}", minutes=60), 10) for number in range(1, 11)]

    tight, enough = (found(*many, closes_at=NOW + timedelta(days=days)) for days in (9, 10))

    # Ten hours at two a day, and three days to sign.
    assert said(tight) == [("should", "Suppliers have 7 weekdays for about 10 hours of work")]
    assert enough == []


@pytest.mark.parametrize(
    ("facts", "days", "expected"),
    [
        ({"procedure": "open"}, 24, ["Suppliers have 24 days; the law asks for 25"]),
        ({"procedure": "open"}, 25, []),
        ({"procedure": "open", "above_threshold": "no"}, 10, []),
        ({"procedure": "below-threshold"}, 10, []),
        ({}, 10, []),
    ],
    ids=["a day short", "in time", "below by value", "below by procedure", "not entered"],
)
def test_the_time_limit_of_the_law_is_a_warning_where_it_binds(facts, days, expected):
    findings = found(asked(question("A-01")), facts=facts, closes_at=NOW + timedelta(days=days))

    assert [finding.message for finding in findings] == expected


@pytest.mark.parametrize(
    ("value", "above", "is_odd"),
    [
        ("200000", "no", True),
        ("199999.99", "no", False),
        ("199999.99", "yes", True),
        ("200000", "yes", False),
        ("", "yes", False),
        ("200000", None, False),
    ],
    ids=["at it", "below", "below, said above", "at it, said above", "no value", "not said"],
)
def test_the_value_and_what_is_said_of_the_threshold_agree(value, above, is_odd):
    facts = {"value": value, "above_threshold": above}

    findings = found(asked(question("A-01")), facts=facts)

    assert [(f.urgency, f.place, f.source) for f in findings] == (
        [(Urgency.SHOULD, Place.FACTS, "the figure")] if is_odd else []
    )


def test_what_must_be_mended_comes_first():
    findings = found(asked(question("A-01"), 0), asked(question("A-02", levels={})))

    assert [finding.urgency.value for finding in findings] == ["must", "should"]
