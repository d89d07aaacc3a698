"""Tenders made up by chance: the engine and the oracle, which share no code, agree to the digit."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest

from question_bank.rules.questions import Bank, Question
from scoring.rules.prices import Method
from scoring.rules.ranking import Standing, ranking, tied_for_first
from scoring.rules.ties import Tied, break_tie, with_tie_broken
from scoring.rules.totals import exact_quality, exact_sections, half_up, quality_score
from tenders.rules.award import Award, Formula, Ranking, TieBreak
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section
from tests.oracle import oracle, quality_of, rounded

FORMULAS = ("F1", "F5", "F6", "F7", "elsewhere")
TIES = ("quality", "question", "price")


def split(chance, number, places):
    """Weights that add up to 100, some of them with many decimals."""
    unit = 10**places
    cuts = sorted(chance.randint(0, 100 * unit) for _ in range(number - 1))
    ends = [0, *cuts, 100 * unit]
    return [Decimal(b - a).scaleb(-places) for a, b in zip(ends, ends[1:], strict=False)]


def make(seed, most_bids=200, most_questions=150):
    """A tender as plain values. Few distinct marks and prices, so that ties are common."""
    chance = random.Random(seed)
    questions = chance.randint(1, most_questions)
    sections = chance.randint(1, min(8, questions))
    names = [f"Q{number}" for number in range(questions)]
    places = chance.choice([0, 0, 1, 2, 4, 6])
    kept = [list(names[start::sections]) for start in range(sections)]
    asked = [
        (weight, list(zip(group, split(chance, len(group), places), strict=True)))
        for weight, group in zip(split(chance, sections, places), kept, strict=True)
    ]
    few = chance.random() < 0.5
    marks = chance.choice([(3, 4), (0, 5), (4,), (0, 1, 2, 3, 4, 5)])
    floor = chance.choice(["0", "1000", "999.99"])
    tender = {
        "sections": asked,
        "formula": chance.choice(FORMULAS),
        "weight": chance.choice([0, 1, 33, 40, 60, 70, 99, 100]),
        "ranking": chance.choice(["rounded", "exact"]),
        "least": chance.choice(["0", "50", "60.5", "80"]),
        "floor": floor,
        "ceiling": chance.choice(["1000.01", "2000", "3333.33"]),
        "ties": chance.sample(TIES, chance.randint(0, 3)) + chance.choice([[], ["lots"]]),
        "question": chance.choice(names),
        "draws": [],
    }
    if tender["formula"] == "F7":
        tender["weight"] = 100
    bids = chance.randint(1, chance.choice([3, 8, 30, most_bids]))
    base = dict.fromkeys(names, chance.choice(marks))
    tender["bids"] = [
        {
            "name": f"B{number:03}",
            "marks": base if few and chance.random() < 0.5 else _marks(chance, names, marks),
            "price": _price(chance),
            "why": (why := chance.choice(["", "", "", "", "failed Q0", "proposed to fail: Q1"])),
            "out": why == "failed Q0" and chance.random() < 0.8,
        }
        for number in range(bids)
    ]
    return tender


def _marks(chance, names, allowed):
    found = {name: chance.choice(allowed) for name in names}
    if chance.random() < 0.05:
        found.pop(chance.choice(names))
    return found


def _price(chance):
    kind = chance.random()
    if kind < 0.05:
        return "0"
    if kind < 0.5:
        return chance.choice(["1000", "1500.50", "1999.99"])
    return str(Decimal(chance.randint(1, 500_000)).scaleb(-2))


def questionnaire_of(tender):
    question = Question("Q", 1, "topic", "Title", "ours", "because", "R", {}, ())
    sections = []
    for number, (weight, asked) in enumerate(tender["sections"]):
        made = tuple(AskedQuestion(_named(question, name), share, weight) for name, share in asked)
        sections.append(Section(str(number), f"Section {number}", weight, made))
    bank = Bank("test", {}, {}, {}, {}, (), {}, {}, {})
    return Questionnaire("Made up", "made-up", bank, tuple(sections))


def _named(question, name):
    return replace(question, id=name)


def method_of(tender):
    return Method(
        Award(
            formula=Formula(tender["formula"]),
            ceiling=Decimal(tender["ceiling"]),
            floor=Decimal(tender["floor"]),
            quality_floor=Decimal(tender["least"]),
            ties=tuple(TieBreak(tie) for tie in tender["ties"]),
            tie_question=tender["question"] if "question" in tender["ties"] else "",
            ranking=Ranking(tender["ranking"]),
        ),
        tender["weight"],
    )


def standings_of(tender):
    asked = questionnaire_of(tender)
    return [
        Standing(
            bid["name"],
            bid["name"],
            exact_quality(asked, exact_sections(asked, bid["marks"])),
            Decimal(bid["price"]),
            bid["why"],
            bid["out"],
        )
        for bid in tender["bids"]
    ]


def engine(tender):
    """What the product makes of it, in the form of the oracle."""
    method = method_of(tender)
    placed = ranking(method, standings_of(tender))
    tied = tied_for_first(placed)
    marks = {
        bid["name"]: bid["marks"][tender["question"]]
        for bid in tender["bids"]
        if tender["question"] in bid["marks"]
    }
    if tied:
        log = break_tie(method, tied, Tied(marks, tender["draws"]))
        placed = with_tie_broken(placed, log)
    return [
        (one.key, one.rank, text(one.points), text(one.total))
        if one.rank
        else (one.key, "", "", "")
        for one in placed
    ]


def text(value):
    return "" if value is None else str(half_up(value))


def with_lots(tender):
    """Draw lots where they are due, now and then between others too: those do not count."""
    tied = tied_for_first(ranking(method_of(tender), standings_of(tender)))
    if tied and "lots" in tender["ties"]:
        marks = {bid["name"]: bid["marks"].get(tender["question"], 0) for bid in tender["bids"]}
        log = break_tie(method_of(tender), tied, Tied(marks))
        if log.lots:
            tender["draws"] = [[*log.tied, "somebody else"], sorted(log.lots, reverse=True)]
    return tender


def in_order(found):
    """Ranked bids by place then name: with one place shared, either may come first."""
    return sorted(found, key=lambda one: (not one[1], int(one[1].rstrip("=") or 0), one[0]))


def agree(seed, **size):
    tender = with_lots(make(seed, **size))
    asked = questionnaire_of(tender)
    for bid in tender["bids"][:3]:
        total = quality_score(asked, bid["marks"]).total
        assert rounded(quality_of(tender, bid["marks"])) == ("" if total is None else str(total))
    expected = [one if one[1] else (one[0], "", "", "") for one in oracle(tender)]
    assert in_order(engine(tender)) == in_order(expected), f"seed {seed}"
    return tender, expected


@pytest.mark.parametrize("seed", range(60))
def test_engine_and_oracle_agree_on_small_tenders(seed):
    agree(seed, most_bids=12, most_questions=6)


@pytest.mark.slow
def test_engine_and_oracle_agree_to_the_last_digit_on_1000_tenders():
    seen = Counter()
    for seed in range(1000):
        tender, expected = agree(seed)
        seen[tender["formula"]] += 1
        seen["bids"] = max(seen["bids"], len(tender["bids"]))
        seen["first place shared"] += any(rank == "1=" for _, rank, *_ in expected)
        seen["lots"] += bool(tender["draws"])
        seen["unranked"] += any(not rank for _, rank, *_ in expected)

    assert all(seen[formula] > 100 for formula in FORMULAS)
    assert seen["bids"] > 190
    assert min(seen["first place shared"], seen["lots"], seen["unranked"]) > 20
