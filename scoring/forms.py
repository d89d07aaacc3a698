"""The forms of the evaluation: a decision on a requirement, a decision on a risk."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, ValidationError

from foundation.fields import (
    Choice,
    DateField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from scoring.queries import RiskInRegister
from scoring.rules.matrix import IMPACT, LEVELS, LIKELIHOOD
from scoring.rules.register import TREATMENTS_IN_WORDS, RegisterRow, RiskState, Treatment
from scoring.rules.results import TOP_OF_SCALE
from scoring.service import GivenDecision, RiskTerms
from tenders.rules.questionnaire import Questionnaire

LONGEST_REASON = 4000
# Who reads what is explained of a mark.
READ_BY = (
    "The bidder reads this. If this bid wins, the other bidders read it too, unless it is "
    "withheld: name no other bidder and nothing internal."
)
LONGEST_NAME = 200
MARKS = [Choice(str(mark), str(mark)) for mark in range(TOP_OF_SCALE, -1, -1)]
LIKELIHOODS = [Choice(str(level), f"{level} {LIKELIHOOD[level]}") for level in LEVELS]
IMPACTS = [Choice(str(level), f"{level} {IMPACT[level]}") for level in LEVELS]
NOT_RATED = Choice("", "Not rated yet")


class BasedOnForm(Form):
    # The number of the entry this form was written upon: 0 for none.
    based_on = HiddenField(default="0")

    @property
    def number(self) -> int:
        text = str(self.based_on.data or "0")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

    def rebase(self, number: int) -> None:
        """Let the form, sent again, count instead of what it overtook."""
        self.based_on.data = str(number)
        self.based_on.raw_data = [str(number)]


class RequirementForm(BasedOnForm):
    decision = RadiosField(
        "Does the bid pass this requirement?",
        [required("Select whether the bid passes this requirement")],
        choices=[
            Choice("pass", "Yes, it passes", "It stays in the ranking"),
            Choice("fail", "No, it fails", "It is listed without a rank, with your reason"),
        ],
    )
    reason = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="At least 20 characters. Name the answer and what the tender says about it. If the "
        "bid fails, the bidder reads this reason with its result.",
        most_characters=LONGEST_REASON,
        rows=5,
    )

    @property
    def given(self) -> GivenDecision:
        return GivenDecision(
            passed=self.decision.data == "pass",
            reason=self.reason.data or "",
            based_on=self.number,
        )


class AcceptanceForm(BasedOnForm):
    """Whether a risk is one, in which words, and how grave it is: asked once, in common."""

    decision = RadiosField(
        "Your decision",
        [required("Select whether to accept the risk into the register or to drop it")],
        choices=[
            Choice(
                "accepted", "Accept it into the register", "As proposed, or as you edit it here"
            ),
            Choice("dropped", "Drop it", "It stays visible as dropped, with your reason"),
        ],
    )
    why = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="Why it is accepted, edited or dropped.",
        most_characters=LONGEST_REASON,
        rows=4,
    )
    cause = TextAreaField("Because", [required("Enter the cause")], rows=2, most_characters=1000)
    event = TextAreaField(
        "there is a risk that", [required("Enter what could happen")], rows=2, most_characters=1000
    )
    consequence = TextAreaField(
        "resulting in", [required("Enter the consequence")], rows=2, most_characters=1000
    )
    likelihood = SelectField("Likelihood before contract terms", choices=LIKELIHOODS)
    impact = SelectField("Impact before contract terms", choices=IMPACTS)


class TreatmentForm(BasedOnForm):
    """How a risk is dealt with."""

    treatment = RadiosField(
        "Treatment",
        [required("Select a treatment")],
        choices=[Choice(str(key), words) for key, words in TREATMENTS_IN_WORDS.items()],
    )
    actions = TextAreaField("Actions", rows=3, most_characters=2000)
    owner = TextField("Owner of the risk", hint="A role or a person.")
    due = DateField("Due date of the actions", hint="For example, 27 3 2027")
    residual_likelihood = SelectField(
        "Likelihood left after contract terms", choices=[NOT_RATED, *LIKELIHOODS]
    )
    residual_impact = SelectField("Impact left after contract terms", choices=[NOT_RATED, *IMPACTS])
    target_likelihood = SelectField(
        "Likelihood to reach by the due date", choices=[NOT_RATED, *LIKELIHOODS]
    )
    target_impact = SelectField("Impact to reach by the due date", choices=[NOT_RATED, *IMPACTS])
    review_on = DateField("Review date", hint="For example, 27 9 2027")

    def validate_owner(self, field: TextField) -> None:
        if field.data and len(field.data) > LONGEST_NAME:
            raise ValidationError(f"Enter an owner of {LONGEST_NAME} characters or fewer")

    @property
    def treated(self) -> dict[str, Any]:
        """Return what was entered, by name in the terms of a risk."""
        return {
            "treatment": Treatment(self.treatment.data),
            "actions": self.actions.data or "",
            "owner": self.owner.data or "",
            "due": self.due.data,
            "residual_likelihood": _level(self.residual_likelihood),
            "residual_impact": _level(self.residual_impact),
            "target_likelihood": _level(self.target_likelihood),
            "target_impact": _level(self.target_impact),
            "review_on": self.review_on.data,
        }


def treated_as(row: RegisterRow) -> dict[str, Any]:
    """Return what a TreatmentForm shows of a row as it stands."""
    residual, target = row.residual, row.target
    return {
        "treatment": row.treatment,
        "actions": row.actions,
        "owner": row.owner,
        "due": row.due,
        "residual_likelihood": str(residual.likelihood) if residual else None,
        "residual_impact": str(residual.impact) if residual else None,
        "target_likelihood": str(target.likelihood) if target else None,
        "target_impact": str(target.impact) if target else None,
        "review_on": row.review_on,
    }


class RiskForm(AcceptanceForm, TreatmentForm):
    @classmethod
    def for_risk(cls, risk: RiskInRegister, row: RegisterRow) -> RiskForm:
        """Return the form filled with the row as it stands."""
        stands: dict[str, Any] = {
            "based_on": str(risk.number),
            "decision": None if risk.decision is None else str(risk.state),
            "why": row.why,
            "cause": row.cause,
            "event": row.event,
            "consequence": row.consequence,
            "likelihood": str(row.inherent.likelihood),
            "impact": str(row.inherent.impact),
        }
        return cls(data=stands | treated_as(row))

    @property
    def terms(self) -> RiskTerms:
        return RiskTerms(
            state=RiskState(self.decision.data),
            cause=self.cause.data,
            event=self.event.data,
            consequence=self.consequence.data,
            likelihood=int(self.likelihood.data or 1),
            impact=int(self.impact.data or 1),
            why=(self.why.data or "").strip(),
            **self.treated,
        )


def _level(field: SelectField) -> int | None:
    return int(field.data) if field.data else None


class RaiseForm(Form):
    risk = SelectField("Risk", [required("Select a risk from the list")])
    why = TextAreaField(
        "Why this bid raises it",
        [required("Enter why this bid raises the risk")],
        most_characters=LONGEST_REASON,
        rows=4,
    )

    def offer(self, questionnaire: Questionnaire, taken: set[str]) -> None:
        """Offer the risks of the library that are not in the register."""
        library = questionnaire.bank.risks.values()
        free = [
            Choice(risk.id, f"{risk.id} {risk.title}") for risk in library if risk.id not in taken
        ]
        self.risk.choices = [Choice("", "Select a risk"), *free]
