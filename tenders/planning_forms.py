"""The smaller forms of a plan: a risk, roles for one tender, and what is taken over."""

from __future__ import annotations

from wtforms import HiddenField

from accounts.rules.people import IN_WORDS
from accounts.rules.roles import Role
from foundation.fields import CheckboxesField, Choice, Form, RadiosField, TextAreaField, required
from tenders.models import Tender, TenderRisk
from tenders.outcome_forms import LineField
from tenders.rules.lifecycle import Stage
from tenders.service.risks import RiskWords
from tenders.service.team import ROLES


class RiskForm(Form):
    title = LineField("The risk in a few words", [required("Enter the risk")], most=200)
    text = TextAreaField(
        "What could happen, why, and what would follow",
        [required("Enter what could happen")],
        rows=5,
        most_characters=2000,
    )
    is_known_risk = RadiosField(
        "Can the contract address it?",
        [required("Select whether the contract can address it")],
        choices=[
            Choice("no", "Yes, the contract does"),
            Choice(
                "yes",
                "No: a known risk",
                "The tender notice names it. If it comes true, the contract may be changed for it "
                "only as far as that is in the public interest and by no more than half its value.",
            ),
        ],
    )
    treatment = TextAreaField(
        "What the contract does about it",
        hint="Needed if the contract addresses it. For example, which clause.",
        rows=4,
        most_characters=2000,
    )
    reason = TextAreaField(
        "Why the contract cannot address it",
        hint="Needed for a known risk. Suppliers read it, and so does the public.",
        rows=4,
        most_characters=2000,
    )
    version = HiddenField()

    @classmethod
    def of(cls, risk: TenderRisk | None) -> RiskForm:
        if risk is None:
            return cls(data={"version": "0"})
        return cls(
            data={
                "title": risk.title,
                "text": risk.text,
                "treatment": risk.treatment,
                "reason": risk.reason,
                "is_known_risk": "yes" if risk.is_known_risk else "no",
                "version": str(risk.version),
            }
        )

    def words(self) -> RiskWords:
        return RiskWords(
            title=self.title.data or "",
            text=self.text.data or "",
            treatment=self.treatment.data or "",
            is_known_risk=self.is_known_risk.data == "yes",
            reason=self.reason.data or "",
        )

    def based_on(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class RolesForTenderForm(Form):
    roles = CheckboxesField(
        "Roles for this tender alone",
        hint="Roles held for every tender stay as they are.",
        choices=[
            Choice(str(role), IN_WORDS[role].name, f"{IN_WORDS[role].allows.capitalize()}.")
            for role in ROLES
        ],
    )
    because = TextAreaField(
        "Why",
        [required("Enter why the roles change")],
        hint="Whoever is given a role reads it. Kept with the plan.",
        rows=2,
        most_characters=1000,
    )
    # What was held when the form was shown, so that no colleague's change is undone unseen.
    before = HiddenField()

    def wanted(self) -> set[Role]:
        return {Role(name) for name in self.roles.data}

    def held(self) -> set[Role]:
        known = {str(role) for role in ROLES}
        return {Role(name) for name in (self.before.data or "").split() if name in known}


class TakeForm(Form):
    """Which of two sets of dates counts."""

    into = RadiosField(
        "Which dates count?",
        [required("Select which dates count")],
        choices=[
            ("tender", "Those of the timetable: put them into the tender"),
            ("timetable", "Those of the tender: put them into the timetable"),
        ],
    )

    @classmethod
    def of(cls, tender: Tender) -> TakeForm:
        """Return the form; the dates of a published tender change only by an amendment."""
        form = cls()
        if tender.stage is not Stage.DRAFT:
            form.into.choices = form.into.choices[1:]
        return form
