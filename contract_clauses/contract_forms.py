"""The forms of an issue of the schedule, of a contract, and of what is due under it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import HiddenField, ValidationError

from accounts.queries.team import Member
from contract_clauses.rules import contracts, issuing, obligations_by_hand, obligations_steps
from contract_clauses.rules.contracts import Entered, EventKind
from contract_clauses.rules.obligations import Bound
from contract_clauses.rules.obligations_by_hand import ByHand
from contract_clauses.rules.obligations_steps import Step
from contract_clauses.service.contracts import NewContract
from contract_clauses.service.evidence import NewEvidence
from foundation import clock
from foundation.fields import (
    CheckboxesField,
    Choice,
    DateField,
    FileField,
    Form,
    MoneyField,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from foundation.uploads import ACCEPT, LIMITS_OF_A_BID

LONGEST_TITLE = 200
ALL_THE_SAME = "all-the-same"
APPROVE, TURN_DOWN = "approve", "turn-down"
NOBODY = [Choice("", "Select a person")]


class AskForm(Form):
    """What was shown travels with the request: nobody asks for what he did not see."""

    sha256 = HiddenField()
    words = TextAreaField(
        "Note to whoever approves it (optional)",
        hint="For example, what was agreed with the supplier since the results.",
        most_characters=issuing.LONGEST_WORDS,
        rows=3,
    )


class AnswerForm(Form):
    issue = HiddenField()
    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            Choice(APPROVE, "Approve: it is issued as it stands"),
            Choice(TURN_DOWN, "Turn down", "It stays a draft, and is asked for again"),
        ],
    )
    words = TextAreaField(
        "Your words",
        hint="Needed if you turn it down. They are kept with your name.",
        most_characters=issuing.LONGEST_WORDS,
        rows=3,
    )


class ContractForm(Form):
    """A contract as signed; its days begin as what the tender said."""

    reference = TextField(
        "Reference of the contract",
        [required("Enter the reference of the contract")],
        hint="As your authority files it, for example C-2026-114.",
    )
    signed_on = DateField("Signed on", [required("Enter the day it was signed")])
    starts_on = DateField("Starts on", [required("Enter the day it starts")])
    ends_on = DateField("Ends on, without any extension", [required("Enter the day it ends")])
    latest_end = DateField(
        "Ends on with every extension",
        [required("Enter the last day with every extension")],
        hint="The same day where it cannot be extended.",
    )
    value = MoneyField(
        "Value in pounds, including VAT (optional)", hint="Over the whole term.", width=10
    )
    manager = SelectField("Contract manager", [required("Select who keeps the contract")])
    words = TextAreaField(
        "Where it differs from what was published, why",
        hint="Only if it starts, ends or costs otherwise than the tender said.",
        most_characters=contracts.LONGEST_WORDS,
        rows=3,
    )

    def offer(self, people: Iterable[Member]) -> None:
        self.manager.choices = [*NOBODY, *(Choice(one.token, one.name) for one in people)]

    @property
    def new_contract(self) -> NewContract:
        entered = Entered(
            self.reference.data or "",
            self.signed_on.data,
            self.starts_on.data,
            self.ends_on.data,
            self.latest_end.data,
            self.value.data,
            self.words.data or "",
        )
        return NewContract(entered, self.manager.data or "")


DAY_ASKED = {
    EventKind.LIVE: ("On which day did the service go live?", "Enter the day it went live"),
    EventKind.EXTENDED: ("Until when is it extended?", "Enter the new last day"),
    EventKind.ENDED: ("On which day did it end?", "Enter the day it ended"),
}
WORDS_ASKED = {
    EventKind.LIVE: "Anything to remember (optional)",
    EventKind.EXTENDED: "On what ground",
    EventKind.MANAGER: "Anything to remember (optional)",
    EventKind.ENDED: "Why it ended",
}


def change_form(kind: EventKind, people: Sequence[Member], **data: Any) -> Any:
    """Return the form of one kind of change of a contract."""

    class ChangeForm(Form):
        if kind is EventKind.MANAGER:
            manager = SelectField(
                "Who keeps the contract from now on?",
                [required("Select who keeps the contract")],
                choices=[*NOBODY, *(Choice(one.token, one.name) for one in people)],
            )
        else:
            day = DateField(DAY_ASKED[kind][0], [required(DAY_ASKED[kind][1])])
        words = TextAreaField(WORDS_ASKED[kind], most_characters=contracts.LONGEST_WORDS, rows=3)

    return ChangeForm(**data)


STEP_CHOICES = {
    Step.CONFIRM: Choice(Step.CONFIRM, "Confirm: it is done"),
    Step.SEND_BACK: Choice(Step.SEND_BACK, "Send back", "The supplier shows more"),
    Step.PUT_OFF: Choice(Step.PUT_OFF, "Put off to another day"),
    Step.WAIVE: Choice(Step.WAIVE, "Waive it", "It need not be done this time, with your reason"),
}


class DecideDueForm(Form):
    """What the council does about something due."""

    step = RadiosField("What do you decide?", [required("Select what you decide")])
    due_on = DateField("Put off to (only if you put it off)", hint="For example, 27 3 2027")
    words = TextAreaField(
        "Your words",
        [required("Enter what you looked at, what is missing, or why")],
        hint=(
            "What you looked at, what is missing, or why. The supplier reads it, and it is kept "
            "with your name."
        ),
        most_characters=obligations_steps.LONGEST_WORDS,
        rows=4,
    )

    def offer(self, steps: Iterable[Step]) -> None:
        self.step.choices = [STEP_CHOICES[step] for step in steps]


class ShowForm(Form):
    """Evidence of the supplier: a file in a form of its own, with what is said of it."""

    file = FileField("File (optional)", hint=LIMITS_OF_A_BID, accept=ACCEPT)
    title = TextField("What the file is (optional)", hint="For example, Recovery test report")
    issued = DateField("Date on the document (optional)", hint="For example, 27 3 2026")
    valid_to = DateField("Valid until (optional)", hint="Where it runs out, such as a certificate.")
    ran_out = CheckboxesField(
        "The last day is past (only if it is)",
        choices=[Choice(ALL_THE_SAME, "I know, and show it all the same")],
        hint="The council sees that it had run out when you showed it.",
    )
    words = TextAreaField(
        "What you show, in words",
        hint="Needed if you add no file. The council reads it.",
        most_characters=obligations_steps.LONGEST_WORDS,
        rows=4,
    )

    def validate_title(self, field: TextField) -> None:
        if len(field.data or "") > LONGEST_TITLE:
            raise ValidationError(f"Enter {LONGEST_TITLE} characters or fewer")

    def validate_ran_out(self, field: CheckboxesField) -> None:
        """Ask once before something is shown that has run out."""
        if self.has_run_out and ALL_THE_SAME not in (field.data or ()):
            raise ValidationError(
                "The last day you entered is past: change it, or tick that you show it all the "
                "same. Choose the file again"
            )

    @property
    def has_run_out(self) -> bool:
        until = self.valid_to.data
        return until is not None and until < clock.london(clock.now()).date()

    @property
    def new_evidence(self) -> NewEvidence | None:
        sent = self.file.data
        if not sent or not sent.filename:
            return None
        return NewEvidence(
            sent.filename, sent.stream, self.title.data or "", self.issued.data, self.valid_to.data
        )


class HappenedForm(Form):
    """That what an obligation is counted from has happened."""

    happened_on = DateField("On which day did it happen?", [required("Enter the day it happened")])
    words = TextAreaField(
        "What happened",
        [required("Enter what happened")],
        hint="The supplier reads it.",
        most_characters=obligations_steps.LONGEST_WORDS,
        rows=3,
    )


class EndForm(Form):
    words = TextAreaField(
        "Why it ends",
        [required("Enter why it ends")],
        most_characters=obligations_steps.LONGEST_WORDS,
        rows=3,
    )


class ByHandForm(Form):
    """An obligation that no schedule states."""

    what = TextField(
        "What has to be done", [required("Enter what has to be done")], hint="In one line."
    )
    bound = RadiosField(
        "Who has to do it?",
        [required("Select who has to do it")],
        choices=[
            Choice(Bound.SUPPLIER, "The supplier"),
            Choice(Bound.COUNCIL, "The council"),
            Choice(Bound.BOTH, "Both"),
        ],
    )
    evidence = TextField(
        "What shows that it was done", [required("Enter what shows that it was done")]
    )
    place = TextField("Where it stands (optional)", hint="For example, Main contract, clause 12.")
    due_on = DateField(
        "Due on (optional)",
        hint="Leave it empty for what is done whenever something happens.",
    )
    every_months = NumberField(
        "Comes round again after this many months (optional)",
        places=0,
        lowest=1,
        highest=obligations_by_hand.MOST_MONTHS,
        width=3,
        suffix_text="months",
    )
    why = TextAreaField(
        "Why it is added",
        [required("Enter why it is added")],
        hint="The supplier reads it.",
        most_characters=obligations_steps.LONGEST_WORDS,
        rows=3,
    )

    @property
    def by_hand(self) -> ByHand:
        months = self.every_months.data
        return ByHand(
            self.what.data or "",
            Bound(self.bound.data),
            self.evidence.data or "",
            self.why.data or "",
            self.place.data or "",
            self.due_on.data,
            None if months is None else int(months),
        )
