"""The three bids of the demonstration say what they are meant to say, and nothing by accident."""

import datetime

import pytest

from contract_clauses.loader import shipped_library
from question_bank.loader import shipped_bank, shipped_packs
from records.loader import DEMONSTRATION, read_answer_files, read_tender_file
from records.rules.assessment import assess, facts_missing
from tenders.rules.questionnaire import choose

STRONG, MIDDLING, POOR = (
    "Larkmead Sensing Ltd",
    "Brightwater Urban Analytics Ltd",
    "Omniflow Mobility Insights Ltd",
)
QUESTIONNAIRE = choose(shipped_bank(), shipped_packs()["slp-full"])
FILES = sorted(
    path for path in DEMONSTRATION.glob("*.json") if path.name not in ("tender.json", "marks.json")
)


@pytest.fixture(scope="module")
def assessment():
    lines, suppliers = read_answer_files(FILES, QUESTIONNAIRE)
    more, tender = read_tender_file(DEMONSTRATION / "tender.json", QUESTIONNAIRE)
    assert lines + more == []
    return assess(
        QUESTIONNAIRE, shipped_library(), tender, suppliers, on=datetime.date(2026, 9, 18)
    )


@pytest.fixture
def bid(assessment):
    return lambda name: next(bid for bid in assessment.bids if bid.supplier.name == name)


def severities(bid):
    return list(bid.evaluation.findings.severities.values())


def levels(bid):
    return [level.level for level in bid.evaluation.levels.values()]


def test_every_fact_of_the_tender_is_given(assessment):
    assert facts_missing(assessment) == ()


@pytest.mark.parametrize("name", [STRONG, MIDDLING, POOR])
def test_everything_asked_is_answered_and_nothing_else(bid, name):
    assert (bid(name).missing, bid(name).unasked) == ((), ())


@pytest.mark.parametrize("name", [STRONG, MIDDLING, POOR])
def test_every_rule_can_be_checked(bid, name):
    assert bid(name).evaluation.findings.not_checked == ()


def test_the_strong_bid_raises_no_flag_above_information(bid):
    strong = bid(STRONG)

    assert set(severities(strong)) == {"info"}
    assert strong.evaluation.risks == ()
    assert sorted(levels(strong)) == [4, 4, 4, *[5] * 11]


def test_the_middling_bid_has_ambers_and_no_red(bid):
    middling = bid(MIDDLING)

    assert set(severities(middling)) == {"info", "amber"}
    assert (min(levels(middling)), max(levels(middling))) == (2, 4)
    assert middling.evaluation.fails == ()


def test_the_middling_bid_promises_by_dates_that_enter_the_contract(bid):
    due = {line.due for line in bid(MIDDLING).schedule.commitments}

    assert due >= {"22 January 2027", "30 April 2027", "31 March 2027", "30 September 2027"}


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param("SLP-03.b2:excepted", id="sells aggregated data"),
        pytest.param("SLP-03.e:third-party-use", id="names buyers"),
        pytest.param("SLP-07.f:online-replica", id="no copy out of reach of an attacker"),
        pytest.param("SLP-12.a:no-yet-hosted-by-others", id="no subcontractor, yet a host"),
        pytest.param("SLP-14.a2:faces-or-plates-active", id="captures faces"),
        pytest.param("SLP-14.c2:kept-under-code", id="follows phones under a code"),
        pytest.param("X3", id="the check finds the undeclared host"),
        pytest.param("X11:undisclosed", id="charges outside the price schedule"),
    ],
)
def test_the_poor_bid_raises_the_flags_it_is_there_for(bid, rule):
    assert bid(POOR).evaluation.findings.severities.get(rule) == "red"


def test_the_poor_bid_is_proposed_to_fail_and_is_not_ranked(bid):
    poor = bid(POOR)

    assert [result.question_id for result in poor.evaluation.fails] == [
        "SLP-01",
        "SLP-02",
        "SLP-03",
        "SLP-14",
    ]
    assert poor.ranked.rank == ""


def test_the_ranking_follows_the_quality_of_the_bids(assessment):
    assert [(bid.supplier.name, bid.ranked.rank) for bid in assessment.bids] == [
        (STRONG, "1"),
        (MIDDLING, "2"),
        (POOR, ""),
    ]
