"""The forms of a yearly assessment: of the council, and one part of it for the supplier."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from contract_clauses.rules.reassessing import LONGEST_WORDS, Given
from foundation.fields import Choice, DateField, Form, RadiosField, TextAreaField, required
from question_bank.rules.questions import Part
from supplier_portal.fields import posted_entry, stored_entry
from supplier_portal.forms import ON_THEIR_OWN, whole_number

SETTLE, SEND_BACK = "settle", "send-back"
STILL, CHANGED = "still", "changed"
SAY_WHICH = "Select whether the answer is still right"
NOT_AS_IT_STOOD = (
    "You said that it is still right, and the boxes say something else: select “It has changed”, "
    "or put the earlier answer back"
)


class OpenRoundForm(Form):
    due_on = DateField(
        "By which day is it to be answered?",
        [required("Enter the day by which it is to be answered")],
        hint="The supplier is told, and reminded.",
    )


class DecideRoundForm(Form):
    decision = RadiosField(
        "What do you decide?",
        [required("Select what you decide")],
        choices=[
            Choice(SETTLE, "Settle: these answers stand from now on"),
            Choice(SEND_BACK, "Send back", "The supplier changes its answers"),
        ],
    )
    words = TextAreaField(
        "Your words",
        [required("Enter what you looked at and what follows, or what is missing")],
        hint=(
            "What you looked at and what follows, or what is missing. The supplier reads it, and "
            "it is kept with your name."
        ),
        most_characters=LONGEST_WORDS,
        rows=4,
    )


class HandInForm(Form):
    words = TextAreaField(
        "Anything to say to the council (optional)", most_characters=LONGEST_WORDS, rows=3
    )


class PartForm:
    """One part of a round: whether the earlier answer is still right, and the boxes of its kind.

    A table has no boxes here, and neither have files: rows are on pages of their own, and a file is
    sent in a form of its own.
    """

    def __init__(
        self,
        part: Part,
        before: Any,
        given: Given | None,
        sent: MultiDict[str, str] | None = None,
    ) -> None:
        self.part, self.before = part, before
        self.has_boxes = part.kind not in ON_THEIR_OWN
        self.message = ""
        self.choice_error = ""
        if sent is not None:
            self.version = whole_number(sent.get("version", ""))
            self.choice = sent.get("still", "")
            self.words = sent.get("words", "")
            self.entry = posted_entry(part, "answer", sent) if self.has_boxes else None
        else:
            self.version = given.version if given else 0
            self.choice = "" if given is None else STILL if given.unchanged else CHANGED
            self.words = given.words if given else ""
            value = before if given is None or given.unchanged else given.value
            self.entry = stored_entry(part, "answer", value) if self.has_boxes else None

    def read(self, table: Any = None) -> Given | None:
        """Return what can be saved; None where something is wrong. ``table``: how its rows stand.
        What the boxes say is not lost: "still right" beside other words is refused."""
        if self.choice not in (STILL, CHANGED):
            self.choice_error = SAY_WHICH
            return None
        value = table
        if self.entry is not None:
            read = self.entry.read()
            if read.problems:
                return None
            value = read.value
        unchanged = self.choice == STILL
        if unchanged and self.entry is not None and value != stored(self.part, self.before):
            self.choice_error = NOT_AS_IT_STOOD
            return None
        return Given(self.version, unchanged, value, self.words)

    @property
    def errors(self) -> list[tuple[str, str]]:
        found = [(self.message, "")] if self.message else []
        found += [(self.choice_error, "still-0")] if self.choice_error else []
        return found + (self.entry.all_errors() if self.entry is not None else [])


def stored(part: Part, value: Any) -> Any:
    """Return a value as its boxes give it back, so that nothing but a change counts as one."""
    read = stored_entry(part, "answer", value).read()
    return value if read.problems else read.value
