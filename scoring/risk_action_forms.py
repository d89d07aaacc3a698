"""The forms of what is done about a risk: an action, a control, an acceptance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from wtforms import HiddenField, ValidationError

from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from scoring.forms import LONGEST_NAME, LONGEST_REASON, BasedOnForm, not_past
from scoring.rules.actions import Action, ActionState, Control, ControlKind
from scoring.rules.ratings import Rating
from scoring.service.accepting import AcceptanceTerms
from scoring.service.risk_actions import ActionTerms, ControlTerms


class ActionForm(BasedOnForm):
    what = TextAreaField(
        "What is to be done", [required("Enter what is to be done")], rows=3, most_characters=2000
    )
    owner = TextField("Who does it", hint="A role or a person.")
    due = DateField("By when", [not_past], hint="For example, 27 3 2027")
    state = RadiosField(
        "State",
        [required("Select the state of the action")],
        choices=[
            Choice(str(ActionState.OPEN), "Open"),
            Choice(str(ActionState.DONE), "Done", "Say how, and where that can be seen"),
            Choice(str(ActionState.DROPPED), "Dropped", "Say why it is no longer to be done"),
        ],
    )
    words = TextAreaField(
        "What there is to say",
        hint="Needed where it is done or dropped. It stays with this version.",
        most_characters=LONGEST_REASON,
        rows=3,
    )

    @classmethod
    def of(cls, action: Action | None) -> Self:
        """Return the form filled with the action as it stands; the words are asked each time."""
        if action is None:
            return cls(data={"state": str(ActionState.OPEN)})
        return cls(
            data={
                "based_on": str(action.number),
                "what": action.what,
                "owner": action.owner,
                "due": action.due,
                "state": str(action.state),
            }
        )

    def validate_owner(self, field: TextField) -> None:
        if field.data and len(field.data) > LONGEST_NAME:
            raise ValidationError(f"Enter who does it in {LONGEST_NAME} characters or fewer")

    @property
    def terms(self) -> ActionTerms:
        return ActionTerms(
            what=(self.what.data or "").strip(),
            owner=(self.owner.data or "").strip(),
            due=self.due.data,
            state=ActionState(self.state.data),
            words=(self.words.data or "").strip(),
        )


class ControlForm(BasedOnForm):
    kind = RadiosField(
        "Where does it come from?",
        [required("Select where the control comes from")],
        choices=[
            Choice(str(ControlKind.IN_PLACE), "It is in place", "As the bid says, or here"),
            Choice(
                str(ControlKind.CONTRACTUAL),
                "The contract brings it about",
                "Select the clause that makes it binding",
            ),
        ],
    )
    clause_id = SelectField("Clause", hint="For a control that the contract brings about.")
    words = TextAreaField(
        "What holds the risk down",
        [required("Enter what holds the risk down")],
        rows=3,
        most_characters=2000,
    )

    all_the_same = CheckboxesField(
        "If the clause has nothing to do with this risk by the rules",
        hint="Say above how it holds the risk down all the same.",
        choices=[Choice("yes", "It holds this risk down all the same, as I wrote")],
    )
    # The clauses that the risk asks for, or that are expected of it; none are known of some risks.
    related: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        control: Control | None,
        clauses: Iterable[tuple[str, str]],
        related: Iterable[str] = (),
    ) -> Self:
        form = cls()
        if control is not None:
            form = cls(
                data={
                    "based_on": str(control.number),
                    "kind": str(control.kind),
                    "clause_id": control.clause_id or None,
                    "words": control.words,
                }
            )
        named = [Choice(name, f"{name} {title}") for name, title in clauses]
        form.clause_id.choices = [Choice("", "None"), *named]
        form.related = frozenset(related)
        return form

    @property
    def is_unrelated(self) -> bool:
        """Return whether the clause is one that the risk has nothing to do with by the rules."""
        named = self.clause_id.data if self.kind.data == str(ControlKind.CONTRACTUAL) else ""
        return bool(named and self.related) and named not in self.related

    def validate_clause_id(self, field: SelectField) -> None:
        if self.is_unrelated and not self.all_the_same.data:
            listed = ", ".join(sorted(self.related))
            raise ValidationError(
                f"You cannot tie this risk to {field.data} because by the rules that clause has "
                f"nothing to do with it: select one of {listed}, or tick that it holds the risk "
                "down all the same and say how"
            )

    @property
    def terms(self) -> ControlTerms:
        kind = ControlKind(self.kind.data)
        clause = self.clause_id.data or ""
        return ControlTerms(
            kind=kind,
            words=(self.words.data or "").strip(),
            clause_id=clause if kind is ControlKind.CONTRACTUAL else "",
        )


class AcceptForm(BasedOnForm):
    # What was left when the form was shown, as "3x4": what is accepted is what was read.
    rating = HiddenField()
    until = DateField("Until when", hint="At most two years on. For example, 27 3 2027")
    why = TextAreaField(
        "Why the risk is borne",
        [required("Enter why the risk is borne")],
        hint="What speaks for bearing it, and what was weighed against it.",
        most_characters=LONGEST_REASON,
        rows=4,
    )

    @classmethod
    def of(cls, number: int, left: Rating | None) -> Self:
        shown = f"{left.likelihood}x{left.impact}" if left else ""
        return cls(data={"based_on": str(number), "rating": shown})

    def show_again(self, number: int, left: Rating | None) -> None:
        """Let the form, sent again, be about what is left now."""
        self.rebase(number)
        self.rating.data = f"{left.likelihood}x{left.impact}" if left else ""
        self.rating.raw_data = [self.rating.data]

    @property
    def terms(self) -> AcceptanceTerms:
        likelihood, _, impact = (self.rating.data or "").partition("x")
        return AcceptanceTerms(
            rating=(_level(likelihood), _level(impact)),
            until=self.until.data,
            why=(self.why.data or "").strip(),
        )


class TakeBackForm(BasedOnForm):
    why = TextAreaField(
        "Why it is accepted no longer",
        [required("Enter why it is accepted no longer")],
        most_characters=LONGEST_REASON,
        rows=4,
    )


class TakeOutForm(BasedOnForm):
    """Confirms that a control is taken out."""


def _level(text: str) -> int:
    """Return the level a page wrote into its form; 0, which is none, for anything else."""
    return int(text) if len(text) == 1 and text in "12345" else 0
