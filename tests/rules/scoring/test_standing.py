from dataclasses import replace

import pytest

from scoring.rules.register import Rating, RiskState, band_counts, placed, row_of
from scoring.rules.results import Requirement, RequirementResult
from scoring.rules.standing import to_decide, why_unranked
from tests.rules.scoring import small

FULL_MARKS = {"Q-2": 5, "Q-4": 5, "Q-7": 5, "Q-8": 5}


@pytest.mark.parametrize(
    ("answer", "marks", "decided", "expected"),
    [
        ("yes", FULL_MARKS, {}, ""),
        ("yes", {}, {}, "not fully marked"),
        ("no", FULL_MARKS, {}, "proposed to fail: Q-2"),
        ("no", FULL_MARKS, {"Q-2": True}, ""),
        ("no", {}, {"Q-2": True}, "not fully marked"),
        ("no", FULL_MARKS, {"Q-2": False}, "failed Q-2"),
        ("yes", FULL_MARKS, {"Q-2": False}, "failed Q-2"),
    ],
)
def test_a_bid_is_ranked_once_it_is_marked_and_nothing_waits_for_a_decision(
    answer, marks, decided, expected
):
    assert why_unranked(small.evaluate(marks, **{"Q-2.a": answer}), decided) == expected


def test_a_requirement_that_could_not_be_checked_waits_for_a_decision_too():
    evaluation = replace(
        small.evaluate(FULL_MARKS),
        requirements=(RequirementResult("Q-2", Requirement.NOT_CHECKED),),
    )

    assert [entry.question_id for entry in to_decide(evaluation, {})] == ["Q-2"]
    assert why_unranked(evaluation, {}) == "not checked: Q-2"


def register():
    evaluation = small.evaluate(**{"Q-7.a": "online", "Q-7.b": "untested"})
    return [row_of(proposed, bid="Ash", bank_version="test") for proposed in evaluation.risks]


def test_a_proposed_risk_becomes_a_row_in_the_words_of_the_library():
    row = register()[1]

    assert (row.risk_id, row.state, row.inherent, row.treatment) == (
        "R10", RiskState.PROPOSED, Rating(4, 4), "treat",
    )  # fmt: skip
    assert row.rules == "Q-7.a:online\nQ-7.b:untested"
    assert row.answers == "Q-7.a is “Online”\nQ-7.b is “Untested”"
    assert row.statement.startswith("Because something lacks, there is a risk that")


def test_a_dropped_risk_leaves_the_heat_map_and_the_counts():
    first, second = register()
    rows = [first, replace(second, state=RiskState.DROPPED)]

    assert sum(placed(rows).values()) == 1
    standing = [row.inherent for row in rows if row.stands]
    assert {str(band): count for band, count in band_counts(standing).items()} == {
        "very high": 0, "high": 1, "medium": 0, "low": 0,
    }  # fmt: skip
