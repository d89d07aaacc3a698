"""The form about who marks and how bidders are asked about their bids."""

from __future__ import annotations

from decimal import Decimal

from wtforms import HiddenField

from foundation.fields import Form, NumberField, TextAreaField, required
from tenders.planning import Sheet
from tenders.rules.evaluation import CLARIFICATIONS, MOST_EVALUATORS, EvaluationRules, read_rules

LONGEST = 4000


class EvaluationForm(Form):
    """``version`` names the sheet the form was filled from."""

    version = HiddenField()
    evaluators = NumberField(
        "How many people mark a question that counts for much, at least",
        [required("Enter how many people mark it")],
        hint="Each alone, before the panel agrees. A mark is not agreed before so many gave one.",
        lowest=1,
        highest=MOST_EVALUATORS,
        width=2,
    )
    from_percent = NumberField(
        "From which share of quality a question counts for much",
        [required("Enter the share of quality")],
        hint="The others need one evaluator. 0 means every question.",
        lowest=0,
        highest=100,
        places=2,
        width=4,
        suffix_text="%",
    )
    clarifications = TextAreaField(
        "The rule for asking bidders about their bids after the opening",
        [required("Enter the rule for asking bidders about their bids")],
        hint="It is published, and shown beside each question to a bidder. You may ask what an "
        "answer means and correct obvious errors. A bid cannot be improved.",
        most_characters=LONGEST,
        rows=9,
    )

    @classmethod
    def of(cls, sheet: Sheet) -> EvaluationForm:
        found = read_rules(sheet.value)
        return cls(
            data={
                "version": str(sheet.version),
                "evaluators": Decimal(found.evaluators),
                "from_percent": found.from_percent,
                "clarifications": found.clarifications,
            }
        )

    def rules(self) -> EvaluationRules:
        """Return what was typed."""
        return EvaluationRules(
            evaluators=int(self.evaluators.data or 0),
            from_percent=self.from_percent.data or Decimal(0),
            clarifications=self.clarifications.data or CLARIFICATIONS,
        )
