from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.totals import (
    MarkOutsideScale,
    checked_mark,
    exact_quality,
    exact_sections,
    exact_text,
    quality_score,
    question_score,
    section_score,
)
from tests.rules.scoring import small

MARKS = st.fixed_dictionaries({name: st.integers(0, 5) for name in ("Q-2", "Q-4", "Q-7", "Q-8")})


@pytest.mark.parametrize(
    ("copies", "charges", "chain", "total"),
    [
        (5, 5, 5, "100.00"),
        (0, 0, 0, "0.00"),
        (5, 0, 0, "45.00"),  # 60% of 75%
        (0, 5, 0, "30.00"),
        (0, 0, 5, "25.00"),
        (4, 3, 2, "64.00"),  # (60×4 + 40×3) / 5 × 75% + 100×2/5 × 25%
        (1, 1, 1, "20.00"),
    ],
)
def test_quality_is_the_sum_of_sections_by_weight(copies, charges, chain, total):
    score = quality_score(small.questionnaire(), {"Q-7": copies, "Q-4": charges, "Q-8": chain})

    assert str(score.total) == total


def test_a_section_is_scored_from_0_to_100():
    score = quality_score(small.questionnaire(), {"Q-7": 4, "Q-4": 3, "Q-8": 2})

    assert [str(section.score) for section in score.sections] == ["72.00", "40.00"]
    alone = section_score(small.questionnaire().sections[0], {"Q-7": 4, "Q-4": 3})
    assert alone == score.sections[0]


def test_a_question_that_is_passed_or_failed_earns_no_points():
    asked = small.questionnaire().question("Q-2")

    assert question_score(asked, 5).score == 0


def test_an_unmarked_question_leaves_the_total_open_and_is_named():
    score = quality_score(small.questionnaire(), {"Q-7": 4, "Q-4": 3})

    assert score.total is None
    assert score.unmarked == ("Q-8",)
    assert [section.score for section in score.sections] == [Decimal("72.00"), None]


def test_the_question_without_weight_need_not_be_marked_for_a_total():
    score = quality_score(small.questionnaire(), {"Q-7": 5, "Q-4": 5, "Q-8": 5})

    assert (score.total, score.unmarked) == (Decimal("100.00"), ())


def test_a_questionnaire_that_scores_nothing_has_no_total_and_says_so():
    asked = small.questionnaire(weights=("0", "0", "0"), sections=("0", "0"))

    score = quality_score(asked, {"Q-2": 5, "Q-7": 5, "Q-4": 5, "Q-8": 5})

    assert (score.total, score.why_no_total, score.unmarked) == (None, "nothing is scored", ())
    assert [section.score for section in score.sections] == [None, None]


def test_a_section_that_scores_nothing_leaves_the_total_to_the_others():
    asked = small.questionnaire(weights=("60", "40", "0"), sections=("100", "0"))

    score = quality_score(asked, {"Q-7": 5, "Q-4": 5})

    assert (score.total, score.why_no_total) == (Decimal("100.00"), "")
    assert [section.score for section in score.sections] == [Decimal("100.00"), None]


def test_a_half_is_rounded_up_once_at_the_end():
    # 12.345 × 1/5 of 50% = 1.2345 exactly; 87.655 × 0; so 1.2345 → 1.23, not 1.24.
    asked = small.questionnaire(weights=("12.345", "87.655", "100"), sections=("50", "50"))
    assert str(quality_score(asked, {"Q-7": 1, "Q-4": 0, "Q-8": 0}).total) == "1.23"

    # 12.35 × 1/5 × 50% = 1.235, a true half: up.
    asked = small.questionnaire(weights=("12.35", "87.65", "100"), sections=("50", "50"))
    assert str(quality_score(asked, {"Q-7": 1, "Q-4": 0, "Q-8": 0}).total) == "1.24"


def test_a_mark_of_a_question_earns_its_fifth_of_the_share():
    asked = small.questionnaire().question("Q-7")  # 60% of 75%

    earned = [question_score(asked, mark).score for mark in (0, 1, 5)]

    assert earned == [0, 9, 45]
    assert question_score(asked, None).score is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5), "5"),
        (Fraction(1, 2), "0.5"),
        (Fraction(1, 100), "0.01"),
        (Fraction(98765, 8), "12345.625"),
    ],
    ids=str,
)
def test_what_is_kept_is_written_with_its_decimals_and_no_more(value, text):
    assert exact_text(value) == text


@pytest.mark.parametrize("mark", [-1, 6, 2.5, True, "3", None])
def test_a_mark_outside_the_scale_is_refused(mark):
    with pytest.raises(MarkOutsideScale, match="Select a mark from 0 to 5"):
        checked_mark(mark)


@pytest.mark.parametrize("mark", [-1, 6, True, None, "3"])
def test_no_section_is_summed_with_a_mark_outside_the_scale(mark):
    with pytest.raises(MarkOutsideScale):
        exact_sections(small.questionnaire(), {"Q-7": mark, "Q-4": 3, "Q-8": 2})


def test_sections_are_summed_exactly_where_weights_and_scores_have_decimals():
    asked = small.questionnaire(sections=("62.5", "37.5"))

    exact = exact_quality(asked, {"one": Fraction(200, 7), "two": Fraction(100, 3)})

    assert exact == (Fraction(200, 7) * 5 + Fraction(100, 3) * 3) / 8


@given(MARKS)
def test_quality_lies_between_0_and_100_with_2_places(marks):
    total = quality_score(small.questionnaire(), marks).total

    assert 0 <= total <= 100
    assert total.as_tuple().exponent == -2


@given(MARKS, st.sampled_from(["Q-4", "Q-7", "Q-8"]))
def test_a_better_mark_never_lowers_the_total(marks, question):
    better = marks | {question: min(5, marks[question] + 1)}

    assert (
        quality_score(small.questionnaire(), better).total
        >= quality_score(small.questionnaire(), marks).total
    )


@given(st.integers(0, 100), st.integers(0, 100), MARKS)
def test_equal_marks_give_the_same_total_whatever_the_weights(first, section, marks):
    asked = small.questionnaire(
        weights=(str(first), str(100 - first), "100"), sections=(str(section), str(100 - section))
    )
    level = marks["Q-4"]

    total = quality_score(asked, dict.fromkeys(marks, level)).total

    assert total == Decimal(20 * level)
