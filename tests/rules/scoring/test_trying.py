"""The scoring model tried on made-up bids, worked out by hand and against a plain calculation."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules.drawn_models import curve_picture, weights_picture
from scoring.rules.prices import Method
from scoring.rules.totals import half_up, quality_score
from scoring.rules.tried_curves import curve
from scoring.rules.tried_flaws import could_fail, third_bid
from scoring.rules.tried_ready import ReadySet, ready_bids
from scoring.rules.tried_ties import SEED, Draws, ties
from scoring.rules.trying import (
    Model,
    TriedBid,
    TriedUnclear,
    must_be_clear,
    ranked,
    swings,
    swings_in_words,
)
from tenders.rules.award import Award, Formula, Ranking, TieBreak
from tests.rules.scoring import small

# Shares of quality: Q-7 45, Q-4 30, Q-8 25.
GOOD = {"Q-7": 4, "Q-4": 4, "Q-8": 4}
BEST = {"Q-7": 5, "Q-4": 5, "Q-8": 5}
POOR = {"Q-7": 2, "Q-4": 2, "Q-8": 2}
F1 = Award(formula=Formula.LOWEST)
F5 = Award(formula=Formula.PER_POINT, quality_floor=Decimal(50))
F6 = Award(formula=Formula.BENCHMARK, ceiling=Decimal(200), floor=Decimal(100))


def model(award=F1, quality_weight=60, **least):
    asked = small.questionnaire()
    sections = tuple(
        replace(
            part,
            questions=tuple(
                replace(one, threshold=least.get(one.id.replace("-", "_")))
                for one in part.questions
            ),
        )
        for part in asked.sections
    )
    return Model(replace(asked, sections=sections), Method(award, quality_weight))


def bid(name, marks, price):
    return TriedBid(name, marks, Decimal(price))


def shown(found):
    return [(row["rank"], row["name"], row["total"]) for row in found["rows"]]


def test_made_up_bids_are_ranked_by_weights_and_formula():
    found = ranked(model(), [bid("Good", GOOD, 200), bid("Cheap", POOR, 100)])

    # 80 × 60% + 100 ÷ 200 × 100 × 40% = 68; 40 × 60% + 100 × 40% = 64
    assert shown(found) == [("1", "Good", "68.00"), ("2", "Cheap", "64.00")]


def test_a_bid_below_a_least_mark_has_no_rank_and_its_price_moves_nobody():
    found = ranked(model(Q_7=3), [bid("Good", GOOD, 200), bid("Cheap", POOR, 100)])

    assert shown(found) == [("1", "Good", "88.00"), ("", "Cheap", "")]
    assert found["rows"][1]["why_not"] == "below the least mark: Q-7"


def test_a_tie_for_the_first_place_is_broken_as_planned_and_told():
    award = Award(formula=Formula.BENCHMARK, ceiling=Decimal(200), floor=Decimal(100),
                  ties=(TieBreak.PRICE,))  # fmt: skip
    # 80 × 50% + 50 × 50% = 65; 40 × 50% + 90 × 50% = 65
    found = ranked(model(award, 50), [bid("Good", GOOD, 150), bid("Cheap", POOR, 110)])

    assert shown(found) == [("1", "Cheap", "65.00"), ("2", "Good", "65.00")]
    assert found["tie"][0] == "Good and Cheap have equal totals and share the first place." or (
        found["tie"][0] == "Cheap and Good have equal totals and share the first place."
    )


def test_the_winner_is_found_at_every_weight_in_steps_of_five():
    # F6: Good 80 and 50 points, Cheap 40 and 90: level at 50%.
    found = swings(model(F6), [bid("Good", GOOD, 150), bid("Cheap", POOR, 110)])

    assert [entry["weight"] for entry in found] == list(range(0, 101, 5))
    assert [entry["first"] for entry in found] == (
        [["Cheap"]] * 10 + [["Good", "Cheap"]] + [["Good"]] * 10
    )
    assert swings_in_words(found, 60) == [
        "From 0% to 45% for quality Cheap comes first.",
        "At 50% for quality Good and Cheap share the first place.",
        "From 55% to 100% for quality Good comes first.",
        "The tender plans 60% for quality. Of these steps the change next to it comes between 50% "
        "and 55%.",
    ]


@pytest.mark.parametrize("award", [F5, Award(), Award(formula=Formula.FIXED)])
def test_weights_that_are_not_used_are_not_moved(award):
    assert swings(model(award), [bid("Good", GOOD, 150), bid("Cheap", POOR, 110)]) == []


def test_a_third_price_that_turns_two_bids_round_is_found_among_those_tried():
    # At 60%: Good 80 at 125, Cheap 70 at 100. Without a third: 80 against 82.
    cheaper = {"Q-7": 4, "Q-4": 4, "Q-8": 2}
    found = third_bid(model(), [bid("Good", GOOD, 125), bid("Cheap", cheaper, 100)])

    # Level where 100 × 40 × lowest × (1/100 − 1/125) = 10 × 60: at 75.
    assert (found["level_at"], found["third"]) == ("£75.00", "£37.50")
    assert (found["first"], found["then"], found["made"]) == ("Cheap", "Good", False)
    assert [(row["name"], row["before"], row["after"]) for row in found["rows"]] == [
        ("Cheap", "82.00", "57.00"),
        ("Good", "80.00", "60.00"),
    ]


@pytest.mark.parametrize("weight", [1, 10, 40, 60, 99])
def test_where_the_bids_tried_show_no_such_turn_two_are_made_that_do(weight):
    found = third_bid(model(F1, weight), [bid("Best", BEST, 100), bid("Poor", POOR, 200)])

    assert found["made"]
    assert (found["first"], found["then"]) == ("A cheaper bid", "A better, dearer bid")


@pytest.mark.parametrize(("award", "weight"), [(F6, 60), (F5, 60), (F1, 0), (F1, 100)])
def test_only_the_lowest_price_lets_a_third_bid_turn_others_round(award, weight):
    assert third_bid(model(award, weight), [bid("Good", GOOD, 125), bid("Poor", POOR, 100)]) == {}


def test_a_bid_with_nothing_on_a_light_question_may_beat_a_good_one_unless_it_has_a_least_mark():
    asked = small.questionnaire(sections=("90", "10"))
    light = Model(asked, Method(F6, 60))
    found = {row["id"]: row["outcome"] for row in could_fail(light)["questions"]}

    # 5 throughout and 0 on Q-8 (10% of quality) is 90 against 80; on Q-7 (54%) 46.
    assert found == {
        "Q-7": "does not come first",
        "Q-4": "does not come first",
        "Q-8": "comes first",
    }
    sections = (
        asked.sections[0],
        replace(
            asked.sections[1], questions=(replace(asked.sections[1].questions[0], threshold=2),)
        ),
    )
    guarded = could_fail(Model(replace(asked, sections=sections), Method(F6, 60)))
    assert [row["outcome"] for row in guarded["questions"]][2] == "is proposed to fail"
    assert guarded["words"][1] == (
        "A least mark keeps such a bid back on Q-8: failure is proposed, and an officer decides, "
        "with a reason."
    )


def test_a_bid_with_the_least_it_must_have_may_come_first_by_its_price():
    # At 10% for quality, F1: 0 + 90 against 8 + 100 × share × 90%.
    found = could_fail(model(F1, 10))["lowest"]

    assert [(row["percent"], row["outcome"]) for row in found] == [
        (100, "does not come first"),
        (90, "comes first"),
        (75, "comes first"),
        (50, "comes first"),
        (25, "comes first"),
    ]


@pytest.mark.parametrize(("weight", "some"), [(80, False), (100, True)])
def test_ties_are_counted_as_a_plain_calculation_on_the_same_made_up_tenders_finds(weight, some):
    tried = model(F6, weight)
    found = ties(tried)

    assert (found["runs"], found["bids"], found["seed"]) == (1000, 4, SEED)
    assert (found["shared"], found["near"]) == plainly_counted(tried, weight)
    assert (found["shared"] > 0) == some
    assert sum(found["ended"].values()) == found["shared"]


def plainly_counted(tried, weight):
    """The same tenders, each total by the published rule with the marks one by one."""
    draws, shared, near = Draws(SEED), 0, 0
    for _ in range(1000):
        exact = []
        for _bid in range(4):
            level = 2 + draws.below(4)
            marks = {one: min(level - 1 + draws.below(3), 5) for one in ("Q-7", "Q-4", "Q-8")}
            price = Fraction(110) + Fraction(80) * draws.below(1001) / 1000
            quality = Fraction(quality_score(tried.questionnaire, marks).total)
            exact.append((quality * weight + (200 - price) * (100 - weight)) / 100)
        totals = sorted(map(half_up, exact), reverse=True)
        exact.sort(reverse=True)
        shared += totals[0] == totals[1]
        near += totals[0] != totals[1] and exact[0] - exact[1] < Fraction(1, 2)
    return shared, near


def test_what_ends_ties_follows_the_planned_steps():
    by_price = Award(ties=(TieBreak.QUALITY, TieBreak.LOTS), ranking=Ranking.ROUNDED)

    assert set(ties(model(by_price))["ended"]) == {"lots would be drawn"}
    assert set(ties(model(Award()))["ended"]) == {"nothing planned ends it"}


@pytest.mark.parametrize(
    ("bids", "message"),
    [
        ([bid("Good", GOOD, 1)], "Enter at least two bids"),
        ([bid("Good", GOOD, 1), bid("good", POOR, 1)], "Enter a different name for each bid"),
        (
            [TriedBid("Good", GOOD), bid("Poor", POOR, 1)],
            "Enter the price of each bid: price counts in this tender",
        ),
    ],
)
def test_bids_that_make_no_sense_are_refused(bids, message):
    with pytest.raises(TriedUnclear) as refused:
        must_be_clear(model(), bids)

    assert str(refused.value) == message


@pytest.mark.parametrize("which", list(ReadySet))
@pytest.mark.parametrize("award", [F1, F5, F6, Award()])
def test_bids_that_are_ready_can_be_tried_under_every_formula(award, which):
    tried = model(award)
    bids = ready_bids(tried, which)
    must_be_clear(tried, bids)
    found = swings(tried, bids)

    assert len(ranked(tried, bids)["rows"]) == len(bids)
    assert (weights_picture([one.name for one in bids], found) is None) == (not found)
    assert (curve_picture(curve(tried, bids)) is None) == (award == Award())


def test_the_curve_says_whether_its_bids_were_made_up():
    tried = model(F1)
    found = curve(tried, ready_bids(tried, next(iter(ReadySet))))

    made_up, handed_in = curve_picture(found), curve_picture(found, tried=False)

    assert "Each sign stands for a bid that was tried." in made_up.description
    assert handed_in.description.endswith("is applied. Each sign stands for a bid.")
    assert {row[0] for row in handed_in.table.rows} == {
        "As tried",
        "A bid",
        "With a bid at half",
    }


def test_the_bid_that_is_made_to_fail_falls_below_the_first_least_mark():
    last = ready_bids(model(Q_4=3), ReadySet.USUAL)[-1]

    assert (last.name, last.marks) == ("Fails a least mark", {"Q-7": 5, "Q-4": 2, "Q-8": 5})


def test_a_curve_is_drawn_through_ceiling_and_floor():
    line = curve(model(F6), [bid("Good", GOOD, 150), bid("Cheap", POOR, 110)])["lines"][0]
    points = dict(map(tuple, line["points"]))

    assert (points["100.00"], points["200.00"]) == ("100.00", "0.00")
    assert line["marked"] == [["110.00", "90.00"], ["150.00", "50.00"]]
