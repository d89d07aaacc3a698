"""What stops a publication, and what is only worth a thought."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.questions import Asked as Spec
from question_bank.rules.questions import Kind, TenderFact
from tenders.law import shipped_law
from tenders.rules.questionnaire import choose
from tenders.rules.readiness import Asked, Place, Plan, must_fix, should_consider

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 2, 9, tzinfo=LONDON)
NAMES = ("award_date", "contract_start", "contract_end", "extension_end", "price_schedule_lines")
SPECS = {
    name: TenderFact(Spec(name, Kind.DATE, name.replace("_", " ").capitalize()), "?", "Why.")
    for name in NAMES
}
READY = Plan(
    title="Sensors",
    reference="T-1",
    quality_weight=60,
    closes_at=datetime(2026, 12, 4, 12, tzinfo=LONDON),  # a Friday
    facts={
        "award_date": "2027-02-15",
        "contract_start": "2027-04-01",
        "contract_end": "2030-03-31",
        "extension_end": "2030-03-31",
    },
    fact_specs=SPECS,
)


def messages(findings):
    return [finding.message for finding in findings]


def test_nothing_is_said_about_a_tender_that_is_ready():
    assert must_fix(READY, NOW) == []
    assert should_consider(READY, NOW) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " "}, ["Enter the title of the tender"]),
        ({"reference": ""}, ["Enter the reference of the tender"]),
        ({"closes_at": None}, ["Enter when bids close"]),
        ({"closes_at": NOW}, ["Enter a closing time in the future"]),
        ({"closes_at": NOW + timedelta(microseconds=1)}, []),
        ({"pack_problems": ("weights sum to 99",)}, ["weights sum to 99"]),
    ],
    ids=["title", "reference", "no closing time", "now", "in the future", "weights"],
)
def test_what_must_be_fixed_is_said(changes, expected):
    assert messages(must_fix(replace(READY, **changes), NOW)) == expected


def test_that_something_has_to_be_asked_is_no_rule_of_law():
    asked = Asked(choose(shipped_bank(), shipped_packs()["slp-full"]), shipped_law())
    problems = ("Add a question to ‘A’, or remove the section", "The weights sum to 99")
    plan = replace(READY, pack_problems=problems, asked=asked)

    sources = {found.message: found.source for found in must_fix(plan, NOW)}

    assert [sources[problem] for problem in problems] == ["", shipped_law().rules["weights"]]


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("award_date", "2026-12-03", "Change the award date: it is before the closing date"),
        ("contract_start", "2027-02-14", "Change the contract start: it is before the award date"),
        ("contract_end", "2027-03-31", "Change the contract end: it is before the contract start"),
        (
            "extension_end",
            "2030-03-30",
            "Change the contract end with all extensions: it is before the contract end",
        ),
    ],
    ids=["award", "start", "end", "extensions"],
)
def test_dates_that_cannot_be_must_be_fixed(fact, value, message):
    plan = replace(READY, facts={**READY.facts, fact: value})

    assert messages(must_fix(plan, NOW)) == [message]


def test_dates_are_compared_across_one_that_is_not_entered():
    plan = replace(READY, facts={"contract_end": "2026-12-01"})

    assert messages(must_fix(plan, NOW)) == [
        "Change the contract end: it is before the closing date"
    ]


@pytest.mark.parametrize(
    ("closes_at", "message"),
    [
        (datetime(2026, 11, 9, 12, tzinfo=LONDON), "Suppliers have 7 days to answer"),
        (datetime(2026, 11, 3, 10, tzinfo=LONDON), "Suppliers have 1 day to answer"),
        (
            datetime(2026, 12, 4, tzinfo=LONDON),
            "Bids close at midnight, at the start of the day you entered",
        ),
        (datetime(2026, 12, 5, 12, tzinfo=LONDON), "Bids close when the office is shut"),
        (datetime(2026, 12, 4, 17, 1, tzinfo=LONDON), "Bids close when the office is shut"),
        (datetime(2026, 12, 4, 8, 59, tzinfo=LONDON), "Bids close when the office is shut"),
    ],
    ids=["a week", "a day", "midnight", "Saturday", "evening", "early"],
)
def test_a_closing_time_that_is_hard_on_suppliers_is_worth_a_thought(closes_at, message):
    plan = replace(READY, closes_at=closes_at)

    assert messages(should_consider(plan, NOW)) == [message]
    assert must_fix(plan, NOW) == []


def test_a_fact_not_entered_is_worth_a_thought_and_says_why():
    plan = replace(READY, facts={k: v for k, v in READY.facts.items() if k != "award_date"})

    (finding,) = should_consider(plan, NOW)

    assert (finding.message, finding.place, finding.why) == (
        "Award date: not entered",
        Place.FACTS,
        "Why.",
    )


def test_quality_that_counts_for_nothing_is_worth_a_thought():
    plan = replace(READY, quality_weight=0)

    assert messages(should_consider(plan, NOW)) == [
        "Quality counts for nothing: the answers would only pass or fail"
    ]
