"""The packs on London and on algorithmic tools, assessed from answers to documents."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from contract_clauses.loader import shipped_library
from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.questions import PartClass, Severity
from records.documents import documents_of
from records.rules.assessment import SupplierAnswers, assess
from records.rules.tender_file import TenderFile
from tenders.rules.questionnaire import choose
from tests.content.question_bank import good_bid as good

BANK, PACKS = shipped_bank(), shipped_packs()
LONDON, TOOLS = (choose(BANK, PACKS[name]) for name in ("pan-london", "algorithmic-tools"))
ON = date(2026, 11, 22)

POOR_ON_LONDON = {
    "LON-01.a": "neither",
    "LON-01.b": ["none"],
    "LON-02.a": "refused",
    "LON-02.b": "A network",
    "LON-02.e": "no",
    "LON-03.a": [{**good.CHECKED, "method": "none", "interval_months": "0"}],
    "LON-04.a": "no",
    "LON-05.a": "none",
    "LON-06.a": ["none"],
}
POOR_ON_TOOLS = {
    "ALG-01.b": [{**good.COMPONENT, "influence": "decides-people"}],
    "ALG-02.a": "nobody",
    "ALG-04.c": "without-consent",
    "ALG-04.d": "kept",
    "ALG-05.a": "by-itself",
    "ALG-06.a": "cannot",
    "ALG-07.a": ["none"],
}


def stored(questionnaire, answers):
    kept = {}
    for part_id, value in answers.items():
        if part_id in questionnaire.parts:
            part = questionnaire.parts[part_id]
            read = rules_for(part.kind).read(part, value)
            assert read.problems == (), part_id
            if not is_empty(read.value):
                kept[part_id] = read.value
    return kept


def assessed(questionnaire, *bids):
    suppliers = [
        SupplierAnswers(name, stored(questionnaire, answers))
        for name, answers in zip(("Ash Ltd", "Beech Ltd"), bids, strict=False)
    ]
    return assess(questionnaire, shipped_library(), TenderFile(), suppliers, on=ON)


def clauses_in(bid):
    return {clause.id for clause in bid.schedule.clauses}


# --- a questionnaire that scores nothing -------------------------------------------------------


def test_the_pack_on_london_asks_for_information_only():
    classes = {asked.assessed_as for asked in LONDON.questions}
    classes |= {part.assessed for part in LONDON.parts.values()}

    assert classes == {PartClass.INFORMATION}


@pytest.mark.parametrize(
    "answers", [{}, good.ANSWERS, POOR_ON_LONDON], ids=["none", "good", "poor"]
)
def test_a_bid_cannot_fail_on_the_pack_on_london(answers):
    bid = assessed(LONDON, answers).bids[0]

    assert (bid.evaluation.requirements, bid.evaluation.fails) == ((), ())
    assert Severity.KNOCK_OUT not in set(bid.evaluation.findings.severities.values())


def test_where_nothing_is_scored_there_is_no_total_and_no_rank():
    result = assessed(LONDON, good.ANSWERS, POOR_ON_LONDON)

    assert [
        (bid.evaluation.quality.total, bid.ranked.rank, bid.ranked.why_not) for bid in result.bids
    ] == [(None, "", "nothing is scored")] * 2


def test_where_nothing_is_scored_the_documents_say_so():
    result = assessed(LONDON, good.ANSWERS, POOR_ON_LONDON)
    files = documents_of(result, made_at=datetime(2026, 11, 22, 9, tzinfo=UTC))

    book = load_workbook(io.BytesIO(files["scores.xlsx"]))
    summary = [[cell.value for cell in row] for row in book["Summary"].iter_rows()]
    scores = [[cell.value for cell in row] for row in book["Scores"].iter_rows()]

    named = [row[:4] for row in summary if row[0] in ("Ash Ltd", "Beech Ltd")]
    assert named == [
        [name, "nothing is scored", "nothing is scored", "–"] for name in ("Ash Ltd", "Beech Ltd")
    ]
    assert scores[-1][4::2] == ["nothing is scored", "nothing is scored"]
    assert scores[1][4::2] == ["–", "–"]


def test_what_is_for_information_still_raises_its_risks_and_brings_in_its_clauses():
    good_bid, poor_bid = assessed(LONDON, good.ANSWERS, POOR_ON_LONDON).bids

    assert {risk.risk.id for risk in good_bid.evaluation.risks} == set()
    assert {risk.risk.id for risk in poor_bid.evaluation.risks} == {"R02", "R04", "R19", "R41"}
    assert {"C05", "C20", "C21"} <= clauses_in(good_bid)


# --- an algorithmic tool -----------------------------------------------------------------------


def test_a_good_tool_is_scored_in_full_and_raises_nothing():
    bid = assessed(TOOLS, good.ANSWERS).bids[0]
    narratives = {
        part.id: "What we do" for part in TOOLS.parts.values() if part.kind == "narrative"
    }
    answered = assessed(TOOLS, good.ANSWERS | narratives).bids[0]

    assert str(answered.evaluation.quality.total) == "100.00"
    assert answered.evaluation.risks == ()
    assert bid.evaluation.fails == ()


def test_a_poor_tool_raises_the_risks_of_tools_and_brings_in_the_terms_on_them():
    bid = assessed(TOOLS, good.ANSWERS | POOR_ON_TOOLS).bids[0]

    raised = {risk.risk.id for risk in bid.evaluation.risks}
    assert raised >= {"R03", "R38", "R39", "R40"}
    assert {"C03", "C20", "C25"} <= clauses_in(bid)


@pytest.mark.parametrize(
    ("changes", "figures", "deviations"),
    [
        (
            {"ALG-05.b": "30", "ALG-07.b": "6", "ALG-06.b": "3", "ALG-07.e": "36"},
            {"change_days": "30", "test_months": "6", "explain_days": "3", "log_months": "36"},
            [],
        ),
        (
            {"ALG-05.b": "5", "ALG-07.b": "24", "ALG-06.b": "30", "ALG-07.e": "3"},
            {"change_days": "20", "test_months": "12", "explain_days": "10", "log_months": "12"},
            ["change_days", "explain_days", "log_months", "test_months"],
        ),
    ],
    ids=["better than the minimum", "worse than the minimum"],
)
def test_the_figures_of_the_bid_stand_in_the_terms_on_ai_unless_they_fall_short(
    changes, figures, deviations
):
    clause = assessed(TOOLS, good.ANSWERS | changes).bids[0].schedule.clause("C25")
    filled = {value.name: value.words for value in clause.variables if value.name in figures}

    assert filled == figures
    assert sorted(v.name for v in clause.variables if v.deviation is not None) == deviations


def test_the_terms_on_ai_say_no_more_than_before_where_no_tool_was_asked_about():
    full = choose(BANK, PACKS["slp-full"])
    bid = assess(
        full,
        shipped_library(),
        TenderFile(facts={"ai": "yes"}),
        [SupplierAnswers("Ash Ltd", stored(full, good.ANSWERS))],
        on=ON,
    ).bids[0]

    assert len(bid.schedule.clause("C25").paragraphs) == 10
