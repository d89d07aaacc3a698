"""What a bidder is told: its own marks and why, and of the others what the law wants."""

from __future__ import annotations

import json

import pytest

from foundation.canonical import canonical_json
from question_bank.loader import shipped_bank, shipped_packs
from scoring.rules.summaries import (
    Assessed,
    Explained,
    Failed,
    NotDecided,
    Outcome,
    checked_outcomes,
    fingerprint_of,
    summaries,
)
from scoring.rules.totals import quality_score
from tenders.rules.questionnaire import choose

ABOUT = {"reference": "T-1", "title": "Sensors", "authority": "Hollowmere", "quality_weight": 60}


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
            marks={entry: Explained(mark, f"{name} on {entry}") for entry in ids},
            failed={key.replace("_", "-"): Failed(reason) for key, reason in failed.items()},
        )

    return bid


def made(questionnaire, bids, outcomes, because=""):
    return summaries(ABOUT, questionnaire, bids, outcomes, withheld_because=because)


OUTCOMES = {"Lark": Outcome(True), "Rook": Outcome(False, "Another bid earned more")}


def test_each_bidder_has_its_marks_what_they_mean_and_its_total(questionnaire, assessed):
    summary = made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)], OUTCOMES)["Rook"]
    asked = next(entry for entry in questionnaire.questions if entry.is_scored)
    (question,) = [
        entry
        for section in summary["sections"]
        for entry in section["questions"]
        if entry["id"] == asked.id
    ]

    assert (summary["quality"], summary["successful"]) == ("60", False)
    assert summary["why"] == "Another bid earned more"
    assert question["mark"] == 3
    assert question["means"] == asked.question.levels[3]
    assert question["feedback"] == f"Rook on {asked.id}"


def test_the_successful_bidder_reads_nothing_of_the_others(questionnaire, assessed):
    text = canonical_json(
        made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)], OUTCOMES)["Lark"]
    )

    assert "Rook" not in text
    assert json.loads(text)["successful_bids"] == []


def test_the_others_read_the_successful_bids_marks_and_not_one_another(questionnaire, assessed):
    bids = [assessed("Lark", 5), assessed("Rook", 3), assessed("Wren", 2)]
    outcomes = OUTCOMES | {"Wren": Outcome(False, "Two bids earned more")}

    text = canonical_json(made(questionnaire, bids, outcomes)["Rook"])

    assert "Wren" not in text
    assert [entry["name"] for entry in json.loads(text)["successful_bids"]] == ["Lark"]
    assert "Lark on " in text


def test_what_is_left_out_is_left_out_for_the_others_alone(questionnaire, assessed):
    asked = next(entry.id for entry in questionnaire.questions if entry.is_scored)
    outcomes = OUTCOMES | {"Lark": Outcome(True, withheld=frozenset({asked}))}
    found = made(questionnaire, [assessed("Lark", 5), assessed("Rook", 3)], outcomes, "Sensitive")

    other, own = canonical_json(found["Rook"]), canonical_json(found["Lark"])

    assert (f'Lark on {asked}"' in own, f'Lark on {asked}"' in other) == (True, False)
    assert ("Sensitive" in own, "Sensitive" in other) == (False, True)


def test_the_reason_for_failing_is_told_to_its_own_bidder_alone(questionnaire, assessed):
    bids = [assessed("Lark", 5), assessed("Rook", 3, SLP_02="Refuses to hand over data")]

    found = made(questionnaire, bids, OUTCOMES)

    assert found["Rook"]["failed"] == [
        {"question": "SLP-02", "reason": "Refuses to hand over data"}
    ]
    assert "Refuses" not in canonical_json(found["Lark"])


@pytest.mark.parametrize(
    ("outcomes", "field"),
    [
        ({"Lark": Outcome(True)}, "result-Rook"),
        ({"Lark": Outcome(True), "Rook": Outcome(False, " ")}, "why-Rook"),
        ({"Lark": Outcome(True), "Rook": Outcome(True)}, "result-Rook"),
        ({"Lark": Outcome(True), "Rook": Outcome(False, "x" * 4001)}, "why-Rook"),
    ],
    ids=["no result", "no reason", "failed and successful", "too long"],
)
def test_every_bid_has_a_result_that_goes_with_what_was_decided(outcomes, field, assessed):
    bids = [assessed("Lark", 5), assessed("Rook", 3, SLP_02="Refuses to hand over data")]

    with pytest.raises(NotDecided) as wrong:
        checked_outcomes(bids, outcomes)

    assert wrong.value.field == field


def test_any_changed_word_is_another_fingerprint(questionnaire, assessed):
    bids = [assessed("Lark", 5), assessed("Rook", 3)]
    changed = OUTCOMES | {"Rook": Outcome(False, "Another bid earned more.")}

    assert fingerprint_of(made(questionnaire, bids, OUTCOMES)) == fingerprint_of(
        made(questionnaire, bids, OUTCOMES)
    )
    assert fingerprint_of(made(questionnaire, bids, OUTCOMES)) != fingerprint_of(
        made(questionnaire, bids, changed)
    )
