"""How many evaluators a question needs, and the rule for asking bidders, as published."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tenders.rules.evaluation import (
    NOTHING_PUBLISHED,
    EvaluationRules,
    EvaluationUnclear,
    evaluators_in_words,
    must_go_together,
    read_rules,
    written,
)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param("4.99", 1, id="below"),
        pytest.param("5", 2, id="at it"),
        pytest.param("12.5", 2, id="above"),
        pytest.param("0", 1, id="passed or failed"),
    ],
)
def test_what_counts_for_much_needs_more_evaluators(share, expected):
    assert EvaluationRules().needed_for(Decimal(share)) == expected


def test_nothing_published_means_one_evaluator_and_no_rule():
    assert NOTHING_PUBLISHED.needed_for(Decimal(100)) == 1
    assert NOTHING_PUBLISHED.clarifications == ""


def test_what_is_written_is_read_again():
    rules = EvaluationRules(evaluators=3, from_percent=Decimal("7.50"), clarifications="Ask.")

    assert read_rules(written(rules)) == rules
    assert read_rules({}) == EvaluationRules()


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        pytest.param(EvaluationRules(evaluators=0), "evaluators", id="nobody"),
        pytest.param(EvaluationRules(evaluators=6), "evaluators", id="too many"),
        pytest.param(EvaluationRules(from_percent=Decimal(101)), "from_percent", id="over 100"),
        pytest.param(EvaluationRules(clarifications=" "), "clarifications", id="no rule"),
    ],
)
def test_what_nobody_could_keep_to_is_refused(rules, field):
    with pytest.raises(EvaluationUnclear) as refused:
        must_go_together(rules)

    assert refused.value.field == field


def test_the_words_say_the_number_and_the_share():
    assert evaluators_in_words(EvaluationRules()) == (
        "At least 2 people mark each answer to a question that counts for 5% of quality or more, "
        "each alone and with reasons, before a panel agrees one mark. Marks are never averaged."
    )
