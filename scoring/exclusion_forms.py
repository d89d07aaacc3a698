"""The forms of exclusion checks, one for each step that can be recorded about a party."""

from __future__ import annotations

from datetime import date
from typing import Any

from wtforms import HiddenField

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
from scoring.exclusion_grounds import shipped_grounds
from scoring.queries.exclusions import Party
from scoring.rules.exclusions import (
    DECISIONS,
    FOUND,
    LONGEST_TEXT,
    REPLACEABLE,
    ROLES,
    PartyRole,
    decisions_for,
)
from scoring.service.exclusions import LONGEST_REFERENCE

# Where an officer knows a party from; kept in words.
KNOWN_FROM = (
    "Connected persons shared through the Central Digital Platform",
    "Companies House",
    "Told by the supplier",
    "Known to the council",
)


class StepForm(Form):
    """What every step has: the number of the last step its writer saw."""

    based_on = HiddenField()

    @property
    def seen(self) -> int:
        text = self.based_on.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1

    def prepare(self, party: Party, today: date) -> None:
        """Offer what fits the party, and fill in what was not sent."""
        if not self.is_submitted():
            self.based_on.data = str(party.version)

    def rebase(self, party: Party) -> None:
        """Base the form on what a colleague recorded: sending it again is then a choice."""
        self.based_on.data = str(party.version)
        self.based_on.raw_data = None


def _reason(label: str, ask: str, hint: str = "") -> TextAreaField:
    return TextAreaField(label, [required(ask)], hint=hint, most_characters=LONGEST_TEXT, rows=5)


class CheckForm(StepForm):
    done_on = DateField("When was it checked?", [required("Enter the day of the check")])
    looked_at = CheckboxesField("What was looked at?", [required("Select what was looked at")])
    reference = TextField(
        "Where this can be found again (optional)",
        hint="A share code, identifier (PPON), file number, or the SHA-256 of a picture you kept. "
        f"{LONGEST_REFERENCE} characters at the most.",
    )
    found = RadiosField(
        "What was found?",
        [required("Select what was found")],
        choices=[Choice(found, words) for found, words in FOUND.items()],
    )
    ground = SelectField("Which ground (where one was found)")
    text = TextAreaField(
        "What exactly, and where (optional where nothing was found)",
        most_characters=LONGEST_TEXT,
        rows=5,
    )

    def prepare(self, party: Party, today: date) -> None:
        super().prepare(party, today)
        grounds = shipped_grounds()
        self.looked_at.choices = [Choice(*item) for item in grounds.looked_at.items()]
        if self.is_submitted():
            # The choices were not known when the form read what was sent.
            self.looked_at.process_formdata(self.looked_at.raw_data or [])
        self.ground.choices = [
            Choice("", "No ground"),
            *(Choice(i, f"Schedule 6: {words}") for i, words in grounds.mandatory.items()),
            *(Choice(i, f"Schedule 7: {words}") for i, words in grounds.discretionary.items()),
        ]
        if not self.is_submitted():
            self.done_on.data = today


class NoticeForm(StepForm):
    text = _reason(
        "What you tell the supplier",
        "Enter what you tell the supplier",
        "Say what was found and where, what would follow, and what it may send: reasons, evidence "
        "that the matter is over and will not come again.",
    )
    due_on = DateField(
        "Until the end of which day can it reply?",
        [required("Enter the last day to reply")],
        hint="Give a reasonable time, the same for every supplier in the same place.",
    )

    def prepare(self, party: Party, today: date) -> None:
        super().prepare(party, today)
        if not self.is_submitted():
            self.text.data = drafted_notice(party)


class EnterReplyForm(StepForm):
    done_on = DateField("When was it received?", [required("Enter the day it was received")])
    text = _reason("The reply, word for word", "Enter the reply")
    replacement = TextField("Whom the supplier would put in its place (optional)")

    def prepare(self, party: Party, today: date) -> None:
        super().prepare(party, today)
        if party.role not in REPLACEABLE:
            del self.replacement


class DecideForm(StepForm):
    decision = RadiosField("Your decision", [required("Select your decision")])
    text = _reason(
        "Reason for the decision",
        "Enter the reason for your decision",
        "The supplier reads it. Say which facts and which evidence led to it.",
    )

    def prepare(self, party: Party, today: date) -> None:
        super().prepare(party, today)
        self.decision.choices = [
            Choice(one, DECISIONS[one]) for one in decisions_for(party.standing.found)
        ]


class ReplaceForm(StepForm):
    name = TextField("Who takes its place", [required("Enter who takes its place")])
    text = _reason("Why you agree", "Enter why you agree to the replacement")

    def prepare(self, party: Party, today: date) -> None:
        super().prepare(party, today)
        if not self.is_submitted():
            named = [step.words["name"] for step in party.steps if "name" in step.words]
            self.name.data = named[-1] if named else ""


class NotifyForm(StepForm):
    done_on = DateField("When was the notification sent?", [required("Enter the day it was sent")])
    reference = TextField(
        "Where it can be found again", [required("Enter where it can be found again")]
    )


class StrikeForm(StepForm):
    text = _reason("Why this is no party of the bid", "Enter why this is no party of the bid")


class AddPartyForm(Form):
    name = TextField("Name of the person or company", [required("Enter the name")])
    role = RadiosField(
        "What is it to the bid?",
        [required("Select what it is to the bid")],
        choices=[
            Choice(role, words) for role, words in ROLES.items() if role is not PartyRole.SUPPLIER
        ],
    )
    found_in = RadiosField(
        "Where do you know of it from?",
        [required("Select where you know of it from")],
        choices=[Choice(words, words) for words in KNOWN_FROM],
    )


class BeginBeforeForm(Form):
    text = _reason(
        "Why marking begins before the checks are done",
        "Enter why marking begins before",
        "It is kept with your name. The checks stay to be done before anything is awarded.",
    )


class ReplyForm(Form):
    """What a supplier replies on its own page."""

    text = _reason(
        "Your reply",
        "Enter your reply",
        "Say what happened, what you did about it, and why it will not come again. Name documents "
        "you can send.",
    )
    replacement = TextField(
        "Whom you would put in its place (optional)",
        hint="You may put another in the place of this one instead.",
    )

    def fit(self, party: Party) -> None:
        if party.role not in REPLACEABLE:
            del self.replacement


def drafted_notice(party: Party) -> str:
    """Return the beginning of a notice, from the last check, for the officer to finish."""
    checks = party.of_kind("checked")
    words: dict[str, Any] = dict(checks[-1].words) if checks else {}
    ground = shipped_grounds().label(words.get("ground", ""))
    lines = [
        f"We looked at {party.name} ({ROLES[party.role].lower()} of your bid) and found: "
        f"{FOUND[party.standing.found].lower() if party.standing.found else ''}"
        f"{f' ({ground[0].lower()}{ground[1:]})' if ground else ''}.",
        words.get("text", ""),
        "Please reply. You may bring evidence that the matter is over and will not come again."
        + (" You may put another in its place." if party.role in REPLACEABLE else ""),
    ]
    return "\n\n".join(line for line in lines if line)
