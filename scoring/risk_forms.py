"""The forms in which people decide and rate risks, and add those no rule proposes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

from wtforms import ValidationError

from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from scoring.forms import LONGEST_NAME, LONGEST_REASON, BasedOnForm, not_past
from scoring.queries import EvaluatedBid, RiskInRegister
from scoring.rules.matrix import CATEGORIES, Scale
from scoring.rules.register import TREATMENTS_IN_WORDS, RegisterRow, RiskState, Treatment
from scoring.rules.risk_steps import STATES_IN_WORDS, states_from
from scoring.service import RiskTerms
from scoring.service.risks_by_hand import OwnRiskWords
from tenders.rules.questionnaire import Questionnaire

NOT_RATED = Choice("", "Not rated yet")
MEANT = "meant"
HINTS = {
    RiskState.ACCEPTED: "As proposed, or as you edit it here",
    RiskState.DROPPED: "It stays visible as dropped, with your reason and all that is part of it",
    RiskState.MERGED: "Its causes move to the other risk and stay visible there",
    RiskState.TREATED: "All that was to be done is done; what is left is rated",
    RiskState.CLOSED: "Nothing is left to watch; your reason says why",
}


def states_to_choose(state: RiskState, *, contract: bool = False) -> list[Choice]:
    """Return what a risk in a state may become, in the order in which it is offered."""
    choices = []
    for found in states_from(state, contract=contract):
        label, hint = STATES_IN_WORDS[found], HINTS[found]
        if found is RiskState.ACCEPTED and state in {RiskState.TREATED, RiskState.CLOSED}:
            label, hint = "Open it again", "It is dealt with as an accepted risk again"
        elif found is RiskState.ACCEPTED and contract:
            label, hint = "Accepted: there is something to do or to watch", ""
        elif found is state:
            label, hint = f"Leave it {state}", "What you change here counts from now on"
        choices.append(Choice(str(found), label, hint))
    return choices


class WordsForm(BasedOnForm):
    """A risk in words, and how grave it is: asked once, in common."""

    cause = TextAreaField("Because", [required("Enter the cause")], rows=2, most_characters=1000)
    event = TextAreaField(
        "there is a risk that", [required("Enter what could happen")], rows=2, most_characters=1000
    )
    consequence = TextAreaField(
        "resulting in", [required("Enter the consequence")], rows=2, most_characters=1000
    )
    likelihood = SelectField("Likelihood before contract terms")
    impact = SelectField("Impact before contract terms")


class TreatmentForm(BasedOnForm):
    """How a risk is dealt with."""

    treatment = RadiosField(
        "Treatment",
        [required("Select a treatment")],
        choices=[Choice(str(key), words) for key, words in TREATMENTS_IN_WORDS.items()],
    )
    actions = TextAreaField(
        "What is done about it, in words",
        hint="Single actions with an owner and a due date are added under “Actions” once the "
        "risk is accepted.",
        rows=3,
        most_characters=2000,
    )
    owner = TextField("Owner of the risk", hint="A role or a person.")
    due = DateField("Date by which all is done", [not_past], hint="For example, 27 3 2027")
    residual_likelihood = SelectField("Likelihood left after contract terms")
    residual_impact = SelectField("Impact left after contract terms")
    higher_meant = CheckboxesField(
        "Is more left than there was before?",
        choices=[
            Choice(
                MEANT,
                "What is left is graver than before contract terms, and my reason says why",
            )
        ],
    )
    target_likelihood = SelectField("Likelihood to reach by that date")
    target_impact = SelectField("Impact to reach by that date")
    review_on = DateField("Review date", [not_past], hint="For example, 27 9 2027")

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
            "higher_meant": MEANT in (self.higher_meant.data or []),
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
        "higher_meant": [MEANT] if residual and residual.score > row.inherent.score else [],
    }


def offer_levels(form: Form, scale: Scale) -> None:
    """Let a form rate by a scale: its words beside each level."""
    likelihoods = [Choice(str(n), f"{n} {words}") for n, words in scale.likelihood_words.items()]
    impacts = [Choice(str(n), f"{n} {words}") for n, words in scale.impact_words.items()]
    for name, choices in (("likelihood", likelihoods), ("impact", impacts)):
        if name in form:
            form[name].choices = choices
        for left in ("residual", "target"):
            if f"{left}_{name}" in form:
                form[f"{left}_{name}"].choices = [NOT_RATED, *choices]


class RiskForm(WordsForm, TreatmentForm):
    """The decision on a risk in the evaluation."""

    decision = RadiosField("Your decision", [required("Select what becomes of the risk")])
    merged_into = SelectField("The risk it becomes part of")
    why = TextAreaField(
        "Reason for the decision",
        [required("Enter the reason for your decision")],
        hint="Why it is accepted, edited, dropped, merged or closed.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    @classmethod
    def for_risk(cls, bid: EvaluatedBid, risk: RiskInRegister, row: RegisterRow) -> Self:
        """Return the form filled with the row as it stands."""
        wholes = wholes_for(bid, risk)
        choices = states_to_choose(risk.state)
        if not wholes:
            choices = [choice for choice in choices if choice.value != RiskState.MERGED]
        offered = {choice.value for choice in choices}
        stands: dict[str, Any] = {
            "based_on": str(risk.number),
            "decision": str(risk.state) if str(risk.state) in offered else None,
            "merged_into": row.merged_into or None,
            "cause": row.cause,
            "event": row.event,
            "consequence": row.consequence,
            "likelihood": str(row.inherent.likelihood),
            "impact": str(row.inherent.impact),
        }
        form = cls(data=stands | treated_as(row))
        offer_levels(form, row.scale)
        form.decision.choices = choices
        form.merged_into.choices = [Choice("", "Select a risk"), *wholes]
        return form

    def validate_merged_into(self, field: SelectField) -> None:
        if self.decision.data == RiskState.MERGED and not field.data:
            raise ValidationError("Select the risk it becomes part of")

    @property
    def terms(self) -> RiskTerms:
        state = RiskState(self.decision.data)
        return RiskTerms(
            state=state,
            merged_into=(self.merged_into.data or "") if state is RiskState.MERGED else "",
            cause=self.cause.data,
            event=self.event.data,
            consequence=self.consequence.data,
            likelihood=int(self.likelihood.data or 1),
            impact=int(self.impact.data or 1),
            why=(self.why.data or "").strip(),
            **self.treated,
        )


def wholes_for(bid: EvaluatedBid, risk: RiskInRegister) -> list[Choice]:
    """Return the risks of the same bid that this one may become part of: accepted ones."""
    return [
        Choice(other.risk_id, f"{other.risk_id} {other.title(bid.questionnaire)}")
        for other in bid.risks
        if other.risk_id != risk.risk_id and other.state is RiskState.ACCEPTED
    ]


class HandMadeForm(WordsForm):
    """A risk that no library holds."""

    title = TextField(
        "The risk in a few words",
        [required("Enter the risk in a few words")],
        hint="For example, Council's own network is not ready.",
    )
    category = SelectField("Category", [required("Select a category")])
    treatment = RadiosField(
        "Treatment",
        [required("Select a treatment")],
        choices=[Choice(str(key), words) for key, words in TREATMENTS_IN_WORDS.items()],
    )
    actions = TextAreaField("What is done about it, in words", rows=3, most_characters=2000)
    owner = TextField("Owner of the risk", hint="A role or a person.")
    why = TextAreaField(
        "Why this bid raises it",
        [required("Enter why this bid raises the risk")],
        hint="Where you know it from. It stays with the risk.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    @classmethod
    def by(cls, scale: Scale) -> Self:
        form = cls(data={"likelihood": "3", "impact": "3"})
        offer_levels(form, scale)
        words = [Choice(name, name.capitalize()) for name in CATEGORIES]
        form.category.choices = [Choice("", "Select a category"), *words]
        return form

    def validate_title(self, field: TextField) -> None:
        if field.data and len(field.data) > LONGEST_NAME:
            raise ValidationError(f"Enter a title of {LONGEST_NAME} characters or fewer")

    def validate_owner(self, field: TextField) -> None:
        if field.data and len(field.data) > LONGEST_NAME:
            raise ValidationError(f"Enter an owner of {LONGEST_NAME} characters or fewer")

    @property
    def words(self) -> OwnRiskWords:
        return OwnRiskWords(
            title=(self.title.data or "").strip(),
            category=self.category.data or "",
            cause=self.cause.data,
            event=self.event.data,
            consequence=self.consequence.data,
            likelihood=int(self.likelihood.data or 1),
            impact=int(self.impact.data or 1),
            treatment=Treatment(self.treatment.data),
            actions=self.actions.data or "",
            owner=self.owner.data or "",
            why=(self.why.data or "").strip(),
        )


class RaiseForm(Form):
    risk = SelectField("Risk", [required("Select a risk from the list")])
    why = TextAreaField(
        "Why this bid raises it",
        [required("Enter why this bid raises the risk")],
        most_characters=LONGEST_REASON,
        rows=4,
    )

    def offer(self, questionnaire: Questionnaire, taken: Iterable[str]) -> None:
        """Offer the risks of the library that are not in the register."""
        known = set(taken)
        library = questionnaire.bank.risks.values()
        free = [
            Choice(risk.id, f"{risk.id} {risk.title}") for risk in library if risk.id not in known
        ]
        self.risk.choices = [Choice("", "Select a risk"), *free]


def _level(field: SelectField) -> int | None:
    return int(field.data) if field.data else None
