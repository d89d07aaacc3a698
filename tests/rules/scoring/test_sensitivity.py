"""How far a weight or a mark must move to change the winner: against trying it out."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from scoring.rules.mark_moves import moves_of, within_reach
from scoring.rules.prices import Method
from scoring.rules.ranking import Standing, ranking
from scoring.rules.safety_words import digits, lead_in_words, safe_in_words, swing_in_words
from scoring.rules.sensitivity import (
    QUALITY,
    LookedAt,
    Safety,
    Weight,
    lead_over,
    swings_of,
)
from tenders.rules.award import Award, Formula, Ranking

EXACT = {"ranking": Ranking.EXACT}
AWARDS = {
    "F1": Award(formula=Formula.LOWEST, **EXACT),
    "F5": Award(formula=Formula.PER_POINT, quality_floor=Decimal(45), **EXACT),
    "F6": Award(formula=Formula.BENCHMARK, ceiling=Decimal(2000), floor=Decimal(500), **EXACT),
    "F7": Award(formula=Formula.FIXED, fixed_price=Decimal(5), **EXACT),
}
TINY = Fraction(1, 10**9)


def standing(name, scores, weights, price):
    quality = sum((scores[key] * weights[key] / 100 for key in weights), Fraction(0))
    return Standing(name, name, quality, Decimal(price))


def made(seed, formula):
    chance = random.Random(seed)
    cut = chance.randint(5, 90)
    weights = {"a": Fraction(cut), "b": Fraction(100 - cut) / 3, "c": Fraction(200 - 2 * cut) / 3}
    bids = {
        f"B{number:02}": (
            {key: Fraction(chance.randint(0, 100)) for key in weights},
            chance.randint(400, 2500),
        )
        for number in range(chance.randint(2, 12))
    }
    weight = 100 if formula == "F7" else chance.choice([30, 60, 80])
    return Method(AWARDS[formula], weight), bids, weights


def placed_with(method, bids, weights):
    return ranking(
        method, [standing(name, scores, weights, price) for name, (scores, price) in bids.items()]
    )


def moved(weights, key, to):
    """The other weights keep their proportions."""
    rest = 100 - weights[key]
    return {
        one: to if one == key else weight * (100 - to) / rest for one, weight in weights.items()
    }


def winner_at(method, bids, weights, key, to):
    if key == QUALITY:
        # A whole number for the engine: the totals are worked out by hand instead.
        placed = placed_with(method, bids, weights)
        best = max(
            (one for one in placed if one.rank),
            key=lambda one: one.bid.quality * to + one.points * (100 - to),
        )
        return best.key
    placed = placed_with(method, bids, moved(weights, key, to))
    return placed[0].key if placed[0].rank else ""


@pytest.mark.parametrize("formula", AWARDS)
@pytest.mark.parametrize("seed", range(40))
def test_the_winner_stays_up_to_the_bound_and_not_beyond(formula, seed):
    method, bids, weights = made(seed, formula)
    placed = placed_with(method, bids, weights)
    if placed[0].rank != "1":
        return
    keys = [*weights] + ([QUALITY] if method.uses_price and not method.is_per_point else [])
    sections = {name: scores for name, (scores, _) in bids.items()}
    # Under F5 a weight could lift a bid above the least quality: those take part too.
    contest = [one for one in placed if one.rank or formula == "F5"]
    for key in keys:
        now = Fraction(method.quality_weight) if key == QUALITY else weights[key]
        [swing] = swings_of(method, [Weight(key, key, now)], contest, sections)
        for crossing, outwards, end in (
            (swing.above, TINY, Fraction(100)),
            (swing.below, -TINY, Fraction(0)),
        ):
            last = end if crossing is None else crossing.at - outwards
            if abs(last - now) > TINY:
                for part in (Fraction(1, 3), Fraction(99, 100), Fraction(1)):
                    at = now + (last - now) * part
                    assert winner_at(method, bids, weights, key, at) == placed[0].key
            if crossing is not None and 0 < crossing.at < 100:
                beyond = winner_at(method, bids, weights, key, crossing.at + outwards)
                assert beyond != placed[0].key


def test_many_bids_are_sifted_without_losing_the_one_that_matters():
    chance = random.Random(7)
    weights = {"a": Fraction(40), "b": Fraction(60)}
    bids = {
        f"B{number:04}": (
            {"a": Fraction(chance.randint(0, 1000), 10), "b": Fraction(chance.randint(0, 900), 10)},
            chance.randint(500, 900),
        )
        for number in range(1500)
    }
    method = Method(AWARDS["F1"], 60)
    placed = placed_with(method, bids, weights)
    sections = {name: scores for name, (scores, _) in bids.items()}
    found = []
    for key, now in (*weights.items(), (QUALITY, Fraction(60))):
        weight = Weight(key, key, now)
        [sifted] = swings_of(method, [weight], placed, sections)
        # Each rival alone is below the number from which bids are sifted.
        alone = [swings_of(method, [weight], [placed[0], one], sections)[0] for one in placed[1:]]
        above = min((one.above.at for one in alone if one.above), default=None)
        below = max((one.below.at for one in alone if one.below), default=None)
        assert (sifted.above and sifted.above.at) == above
        assert (sifted.below and sifted.below.at) == below
        found += [above, below]
    assert any(found)


@pytest.mark.parametrize("formula", AWARDS)
@pytest.mark.parametrize("seed", range(15))
def test_single_marks_change_the_winner_exactly_where_trying_says_so(formula, seed):
    chance = random.Random(seed)
    method = Method(replace(AWARDS[formula], ranking=chance.choice([*Ranking])), 60)
    if formula == "F7":
        method = replace(method, quality_weight=100)
    shares = {"Q1": Fraction(50), "Q2": Fraction(30), "Q3": Fraction(20)}
    marks = {f"B{n}": {q: chance.randint(2, 5) for q in shares} for n in range(5)}
    prices = {name: Decimal(chance.randint(500, 1000)) for name in marks}

    def placed(given):
        return ranking(
            method,
            [
                Standing(name, name, sum(shares[q] * m / 5 for q, m in one.items()), prices[name])
                for name, one in given.items()
            ],
        )

    before = placed(marks)
    if before[0].rank != "1":
        return
    ranked = [one for one in before if one.rank]
    found = moves_of(method, ranked, marks, shares)
    tried = {}
    for name in [one.key for one in ranked]:
        for question in shares:
            down = name == ranked[0].key
            steps = (
                range(marks[name][question] - 1, -1, -1)
                if down
                else range(marks[name][question] + 1, 6)
            )
            for to in steps:
                after = placed(marks | {name: marks[name] | {question: to}})
                if after[0].rank != "1" or after[0].key != ranked[0].key:
                    tried[name, question] = to
                    break
    assert {(move.key, move.question_id): move.to for move in found} == tried
    near = within_reach(method, ranked, max(shares.values()))
    assert {name for name, _ in tried} <= {one.key for one in near}


def test_a_mark_that_only_draws_level_says_so():
    method = Method(AWARDS["F7"], 100)
    bids = [Standing("Ash", "Ash", Fraction(80)), Standing("Birch", "Birch", Fraction(70))]
    placed = ranking(method, bids)

    moves = moves_of(method, placed, {"Ash": {"Q": 4}, "Birch": {"Q": 3}}, {"Q": Fraction(50)})

    assert [(one.key, one.now, one.to, one.by, one.levels) for one in moves] == [
        ("Ash", 4, 3, "Birch", True),
        ("Birch", 3, 4, "Birch", True),
    ]


def test_the_words_name_the_bounds_and_who_gains():
    method = Method(AWARDS["F1"], 60)
    placed = ranking(
        method,
        [
            Standing("a", "Ash", Fraction(80), Decimal(100)),
            Standing("b", "Birch", Fraction(100), Decimal(200)),
        ],
    )
    names = {"a": "Ash", "b": "Birch"}
    [swing] = swings_of(method, [Weight(QUALITY, "Quality", Fraction(60))], placed, {})
    safe = Safety("a", "b", lead_over(method, *placed), (swing,), LookedAt((), ("a", "b")))

    assert swing.above.at == Fraction(500, 7)
    assert swing.nearest == Fraction(80, 7)
    assert swing_in_words(swing, "Ash", names) == (
        "60% now. At about 71.43% or more, Birch would draw level or be first. A lower weight "
        "changes nothing."
    )
    assert safe_in_words(method, safe, names)[0] == "Ash is ahead of Birch by 8.00 points of 100."
    assert lead_in_words(method, replace(safe, lead=Fraction("12.470156")), names) == (
        "Ash is ahead of Birch by 12.47 points of 100."
    )
    assert lead_in_words(method, replace(safe, lead=Fraction(1, 999)), names).endswith(
        "by less than 0.01 points of 100."
    )
    assert lead_in_words(method, replace(safe, runner_up=""), names).startswith("Ash is the only")
    assert lead_in_words(method, replace(safe, lead=Fraction(0)), names).endswith(
        "Any move may change the first place."
    )


def test_figures_are_shown_with_every_digit_or_the_sign_that_there_are_more():
    assert [digits(Fraction(one)) for one in ("1/3", "1/8", "70", "-0.5")] == [
        "0.333333…",
        "0.125",
        "70",
        "−0.5",
    ]
