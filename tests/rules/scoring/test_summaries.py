"""What a bidder is told: its own marks and why, and of the others what the law wants."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from foundation.canonical import canonical_json
from question_bank.loader import shipped_bank, shipped_packs
from scoring.rules.letters import Exemption, Letter, Withheld
from scoring.rules.summaries import (
    LEFT_OUT,
    About,
    Assessed,
    Decided,
    Explained,
    Failed,
    PassageNotThere,
    Placing,
    fingerprint_of,
    must_hold,
    summaries,
    without,
)
from scoring.rules.totals import quality_score
from tenders.rules.questionnaire import choose

ABOUT = About(
    {"reference": "T-1", "title": "Sensors", "authority": "Hollowmere", "quality_weight": 60},
    ["Each question is marked 0 to 5"],
    "Total of 100",
)
BETTER = "Another bid earned more"
DECIDED = {
    "Lark": Decided(True, Letter("Dear Lark", address="1 Wharf Road")),
    "Rook": Decided(False, Letter("Dear Rook", BETTER, "2 Quay Street")),
}


@pytest.fixture(scope="module")
def questionnaire():
    return choose(shipped_bank(), shipped_packs()["slp-essential"])


@pytest.fixture
def assessed(questionnaire):
    def bid(name, mark, **failed):
        ids = [asked.id for asked in questionnaire.questions if asked.is_marked]
        return Assessed(
            key=name,
            name=name,
            legal_name=f"{name} Limited",
            company_number="01234567",
            quality=quality_score(questionnaire, dict.fromkeys(ids, mark)),
            marks={
                entry: Explained(mark, f"{name} on {entry}.", f"{name} lacks {entry}.")
                for entry in ids
            },
            failed={key.replace("_", "-"): Failed(reason) for key, reason in failed.items()},
            identifier=f"GB-PPON-{name}",
            placing=Placing("1", "", Decimal("83.333"), Decimal("71.005")),
        )

    return bid


@pytest.fixture
def asked(questionnaire):
    return next(entry for entry in questionnaire.questions if entry.is_scored)


def made(questionnaire, bids, decided=None):
    return summaries(ABOUT, questionnaire, bids, decided or DECIDED)


def withholding(*entries):
    letter = Letter("Dear Lark", address="1 Wharf Road", withheld=entries)
    return DECIDED | {"Lark": Decided(True, letter)}


def test_each_bidder_has_its_marks_what_they_mean_and_its_totals(questionnaire, assessed, asked):
    summary = made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)])["Rook"]
    (question,) = [
        entry
        for section in summary["sections"]
        for entry in section["questions"]
        if entry["id"] == asked.id
    ]

    assert (summary["quality"], summary["successful"]) == ("60.00", False)
    assert (summary["price_points"], summary["total"], summary["rank"]) == ("83.33", "71.01", "1")
    assert summary["why"] == BETTER
    assert summary["letter"] == {"opening": "Dear Rook"}
    assert summary["method"] == ["Each question is marked 0 to 5"]
    assert [entry["mark"] for entry in summary["scale"]] == [5, 4, 3, 2, 1, 0]
    assert question["mark"] == 3
    assert question["means"] == asked.question.levels[3]
    assert question["feedback"] == f"Rook on {asked.id}."
    assert question["why_not_higher"] == f"Rook lacks {asked.id}."


def test_the_others_are_told_who_won_where_it_is_and_its_identifier(questionnaire, assessed):
    (winner,) = made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)])["Rook"][
        "successful_bids"
    ]

    assert {key: winner[key] for key in ("legal_name", "address", "identifier")} == {
        "legal_name": "Lark Limited",
        "address": "1 Wharf Road",
        "identifier": "GB-PPON-Lark",
    }


def test_the_successful_bidder_reads_nothing_of_the_others(questionnaire, assessed):
    text = canonical_json(made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)])["Lark"])

    assert "Rook" not in text
    assert "Quay" not in text
    assert json.loads(text)["successful_bids"] == []


def test_the_others_read_the_successful_bids_marks_and_not_one_another(questionnaire, assessed):
    bids = [assessed("Lark", 5), assessed("Rook", 3), assessed("Wren", 2)]
    decided = DECIDED | {"Wren": Decided(False, Letter("Dear Wren", "Two bids earned more"))}

    text = canonical_json(made(questionnaire, bids, decided)["Rook"])

    assert "Wren" not in text
    assert [entry["name"] for entry in json.loads(text)["successful_bids"]] == ["Lark"]
    assert "Lark on " in text


def test_an_explanation_left_out_is_left_out_for_the_others_alone(questionnaire, assessed, asked):
    entry = Withheld(asked.id, "", Exemption.COMMERCIAL, "It tells how they do it")
    found = made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)], withholding(entry))

    other, own = canonical_json(found["Rook"]), canonical_json(found["Lark"])

    assert [f"Lark on {asked.id}." in text for text in (own, other)] == [True, False]
    assert [f"Lark lacks {asked.id}." in text for text in (own, other)] == [True, False]
    assert [entry.in_words in text for text in (own, other)] == [False, True]


def test_words_left_out_leave_the_rest(questionnaire, assessed, asked):
    entry = Withheld(asked.id, f"on {asked.id}", Exemption.SECURITY, "It tells how they do it")
    found = made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)], withholding(entry))

    other = canonical_json(found["Rook"])

    assert f"Lark {LEFT_OUT}." in other
    assert f"Lark lacks {asked.id}." in other


def test_one_passage_within_another_leaves_nothing_behind():
    entries = [
        Withheld("Q", words, Exemption.COMMERCIAL, "It tells how they do it")
        for words in ("radio", "the Kestrel radio mesh")
    ]

    assert without("We praise the Kestrel radio mesh and a radio.", entries) == (
        f"We praise {LEFT_OUT} and a {LEFT_OUT}."
    )


def test_only_words_of_the_explanation_can_be_left_out():
    explained = Explained(4, "The plan is good", "No test since May")
    for words in ("plan", "since May", ""):
        must_hold(explained, Withheld("Q", words, Exemption.COMMERCIAL, "why"))

    with pytest.raises(PassageNotThere):
        must_hold(explained, Withheld("Q", "Plan", Exemption.COMMERCIAL, "why"))


def test_the_reason_for_failing_is_told_to_its_own_bidder_alone(questionnaire, assessed):
    bids = [assessed("Lark", 5), assessed("Rook", 3, SLP_02="Refuses to hand over data")]

    found = made(questionnaire, bids)

    assert found["Rook"]["failed"] == [
        {"question": "SLP-02", "reason": "Refuses to hand over data"}
    ]
    assert "Refuses" not in canonical_json(found["Lark"])


def test_a_question_that_is_passed_or_failed_says_which(questionnaire, assessed):
    passed = replace(assessed("Lark", 5), passed=frozenset({"SLP-02", "SLP-03"}))
    failed = replace(assessed("Rook", 1, SLP_02="Refuses"), passed=frozenset({"SLP-03"}))

    found = made(questionnaire, [passed, failed])

    def decisions(scores):
        return {
            entry["id"]: entry["decision"]
            for section in scores["sections"]
            for entry in section["questions"]
            if entry["id"] in ("SLP-02", "SLP-03", "SLP-07")
        }

    assert decisions(found["Rook"]) == {"SLP-02": "failed", "SLP-03": "passed", "SLP-07": ""}
    (winner,) = found["Rook"]["successful_bids"]
    assert decisions(winner) == {"SLP-02": "passed", "SLP-03": "passed", "SLP-07": ""}


def test_every_figure_has_two_places_as_on_the_ranking(questionnaire, assessed, asked):
    bid = replace(assessed("Rook", 5), placing=Placing("1", "", Decimal("83.6"), Decimal(85)))

    summary = made(questionnaire, [bid])["Rook"]

    assert [summary[name] for name in ("quality", "price_points", "total")] == [
        "100.00",
        "83.60",
        "85.00",
    ]
    figures = [
        number
        for section in summary["sections"]
        for number in (
            section["score"],
            *(each for entry in section["questions"] for each in (entry["share"], entry["points"])),
        )
        if number is not None
    ]
    assert {len(number.partition(".")[2]) for number in figures} == {2}


def test_any_changed_word_is_another_fingerprint(questionnaire, assessed):
    bids = [assessed("Lark", 5), assessed("Rook", 3)]
    changed = DECIDED | {"Rook": Decided(False, Letter("Dear Rook", f"{BETTER}."))}

    def fingerprint(decided):
        return fingerprint_of(made(questionnaire, bids, decided)["Rook"])

    assert fingerprint(DECIDED) == fingerprint(dict(DECIDED))
    assert fingerprint(DECIDED) != fingerprint(changed)
