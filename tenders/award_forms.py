"""The form about price, ties and rounding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wtforms import HiddenField

from foundation.fields import Choice, Form, MoneyField, NumberField, RadiosField, SelectField
from tenders.planning import Sheet
from tenders.rules.award import (
    FORMULAS,
    RANKING_WORDS,
    Award,
    Formula,
    FormulaWords,
    Ranking,
    TieBreak,
    read_award,
)

STEPS = ("tie_1", "tie_2", "tie_3", "tie_4")
TIE_LABELS: Mapping[TieBreak, str] = {
    TieBreak.QUALITY: "The higher score for quality",
    TieBreak.QUESTION: "The higher score for one question",
    TieBreak.PRICE: "The lower price",
    TieBreak.LOTS: "Lots, drawn before a witness",
}
# What stands in the words of a formula for figures that are not entered yet.
FIGURES_TO_COME: Mapping[str, str] = {
    "ceiling": "what you enter",
    "floor": "what you enter",
    "quality_floor": "the least",
    "fixed_price": "what you enter",
}
NOTHING = Choice("", "Nothing")


def _formula(formula: Formula, words: FormulaWords) -> Choice:
    published = words.published.format(**FIGURES_TO_COME)
    return Choice(str(formula), words.label, f"{published} To think of: {words.flaws}")


def _tie(label: str) -> SelectField:
    ways = [Choice(str(tie), words) for tie, words in TIE_LABELS.items()]
    return SelectField(label, choices=[NOTHING, *ways])


class AwardForm(Form):
    """``version`` names the sheet the form was filled from."""

    version = HiddenField()
    formula = RadiosField(
        "How is price made into points?",
        choices=[_formula(formula, words) for formula, words in FORMULAS.items()],
    )
    ceiling = MoneyField("Ceiling", hint="For F6. At this price and above: 0 points.", width=10)
    floor = MoneyField("Floor", hint="For F6. At this price and below: 100 points.", width=10)
    quality_floor = NumberField(
        "Least points for quality",
        hint="For F5. A bid with fewer of the 100 points is not ranked.",
        lowest=0,
        highest=100,
        places=2,
        width=5,
    )
    fixed_price = MoneyField("Fixed price", hint="For F7.", width=10)
    ranking = RadiosField(
        "What are bids ranked by?",
        choices=[Choice(str(ranking), words) for ranking, words in RANKING_WORDS.items()],
    )
    tie_1 = _tie("First, a tie for the first place is broken by")
    tie_2 = _tie("Second, by")
    tie_3 = _tie("Third, by")
    tie_4 = _tie("Fourth, by")
    tie_question = SelectField("Which question", hint="Only where a question breaks a tie.")
    low_percent = NumberField(
        "Look into a price that is below the mean or the estimate by more than (optional)",
        hint="An indicator that makes you ask the bidder. It decides nothing by itself.",
        lowest=1,
        highest=99,
        width=3,
        suffix_text="%",
    )

    @classmethod
    def of(cls, sheet: Sheet, questions: Iterable[tuple[str, str]]) -> AwardForm:
        """Return the form filled with what is decided; ``questions``: id and label to choose."""
        award = read_award(sheet.value)
        ties = dict(zip(STEPS, map(str, award.ties), strict=False))
        form = cls(
            data={
                "version": str(sheet.version),
                "formula": str(award.formula),
                "ceiling": award.ceiling,
                "floor": award.floor,
                "quality_floor": award.quality_floor,
                "fixed_price": award.fixed_price,
                "ranking": str(award.ranking),
                "tie_question": award.tie_question,
                "low_percent": award.low_percent,
                **ties,
            }
        )
        form.tie_question.choices = [NOTHING, *(Choice(*question) for question in questions)]
        return form

    def award(self) -> Award:
        """Return what was typed. Steps left empty in between are passed over."""
        chosen = [getattr(self, step).data for step in STEPS]
        low = self.low_percent.data
        return Award(
            formula=Formula(self.formula.data or Formula.ELSEWHERE),
            ceiling=self.ceiling.data,
            floor=self.floor.data,
            quality_floor=self.quality_floor.data,
            fixed_price=self.fixed_price.data,
            ties=tuple(TieBreak(way) for way in chosen if way),
            tie_question=self.tie_question.data or "",
            ranking=Ranking(self.ranking.data or Ranking.ROUNDED),
            low_percent=None if low is None else int(low),
        )
