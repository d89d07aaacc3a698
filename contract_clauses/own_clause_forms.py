"""The forms in which an authority writes clauses of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contract_clauses.rules.depth_reading import timing_in, timing_of
from contract_clauses.rules.library import ClauseTopic
from foundation.errors import DomainError
from foundation.fields import (
    CheckboxesField,
    Choice,
    Form,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)

DEPTHS = (
    ("short", "Short", "for small purchases"),
    ("standard", "Standard", "for most"),
    ("enhanced", "Enhanced", "where much is at stake"),
)
TIMINGS = (
    ("", "As the clause states"),
    ("within_hours", "Within so many hours"),
    ("within_working_days", "Within so many Working Days"),
    ("within_days", "Within so many days"),
    ("within_months", "Within so many months"),
    ("every_months", "Every so many months"),
    ("before_and_every_months", "Before Go-live, and then every so many months"),
    ("working_days_before", "At least so many Working Days before"),
    ("days_before", "At least so many days before"),
    ("months_before", "At least so many months before"),
    ("on", "On a date"),
    ("before", "Before Go-live"),
)
LONGEST = 4000


class NewClauseForm(Form):
    title = TextField("Title", [required("Enter the title")], hint="At most 60 characters.")
    copied = SelectField(
        "Start from a clause of the library",
        hint="You can copy one in all its depths and change what you need.",
    )

    def __init__(self, topics: Sequence[ClauseTopic], copied: str = "") -> None:
        start = next((topic for topic in topics if topic.id == copied), None)
        super().__init__(data={"copied": start.id, "title": start.title} if start else {})
        self.copied.choices = [
            Choice("", "Start with an empty clause"),
            *(Choice(topic.id, f"{topic.id} {topic.title}") for topic in topics),
        ]


class AboutClauseForm(Form):
    title = TextField("Title", [required("Enter the title")], hint="At most 60 characters.")
    purpose = TextAreaField(
        "What the clause is for",
        [required("Enter what the clause is for")],
        hint="One sentence, for officers and suppliers.",
        rows=2,
        most_characters=400,
    )
    otherwise = TextAreaField(
        "Why it is left out when it is",
        hint="Printed where the clause does not come in. Not needed for a clause that always does.",
        rows=2,
        most_characters=400,
    )
    defines = TextAreaField(
        "Terms the clause defines (optional)",
        hint="One on each line, such as “Depot: a place where the Council keeps vehicles”. Begin "
        "each with a small letter after the colon and leave out the full stop. A term with "
        "capitals that the library defines is there already.",
        rows=4,
        most_characters=LONGEST,
    )
    note = TextAreaField(
        "Drafting note",
        [required("Enter the drafting note")],
        hint="For the officer and the lawyer: when to choose which depth, what to check, where a "
        "minimum comes from. Suppliers do not see it.",
        rows=4,
        most_characters=LONGEST,
    )
    seen_in = TextField(
        "Model contract that has the topic (optional)",
        hint="The words must be your own.",
    )

    def values(self) -> dict[str, Any]:
        """Return what was entered. Raises DomainError naming the field."""
        given = {
            name: (self._fields[name].data or "").strip()
            for name in ("title", "purpose", "otherwise", "note", "seen_in")
        }
        if len(given["title"]) > 60:
            raise DomainError(
                f"Enter 60 characters or fewer: this is {len(given['title'])}", field="title"
            )
        return given | {"defines": terms_from(self.defines.data or "")}


def terms_from(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        term, colon, meaning = line.partition(":")
        if not line.strip():
            continue
        if not colon or not meaning.strip() or not term.strip():
            raise DomainError(
                "Enter each term on a line of its own, with a colon before its meaning",
                field="defines",
            )
        found[term.strip()] = meaning.strip()
    return found


def about_clause_form(raw: Mapping[str, Any]) -> AboutClauseForm:
    terms = "\n".join(f"{term}: {meaning}" for term, meaning in raw.get("defines", {}).items())
    return AboutClauseForm(data=dict(raw) | {"defines": terms})


class SubClauseForm(Form):
    text = TextAreaField(
        "Words",
        [required("Enter the words")],
        hint="Write “must” for a duty, and at most 45 words a sentence. A value stands in braces, "
        "such as {days}. {clause:C13} and {annex:recovery} refer to another place; they print the "
        "word “clause” or “annex” themselves, so leave it out.",
        rows=5,
        most_characters=LONGEST,
    )
    items = TextAreaField(
        "List under it (optional)",
        hint="One item on each line. The words above then end with a colon.",
        rows=4,
        most_characters=LONGEST,
    )
    depths = CheckboxesField(
        "In which depths is it printed?",
        [required("Select at least one depth")],
        choices=[Choice(*depth) for depth in DEPTHS],
    )
    who = RadiosField(
        "Who has to do something definite?",
        hint="It becomes an obligation that is followed after award.",
    )
    what = TextField("What they do", hint="A few words, such as “Return all keys”.")
    timing = SelectField("When")
    at = TextField(
        "How many, or which value",
        hint="A whole number, or the name of a value of this clause such as days.",
        width=20,
    )
    of = SelectField("Counted from")
    evidence = TextField("What shows that it was done", hint="Such as “Receipt for the keys”.")

    def __init__(self, row: Mapping[str, Any]) -> None:
        super().__init__(data=_shown(row))
        self.who.choices = [
            Choice("", "Nobody: it is a prohibition, a right or an explanation"),
            Choice("supplier", "The Supplier"),
            Choice("council", "The Council"),
        ]
        self.timing.choices = [Choice(*pair) for pair in TIMINGS]
        self.of.choices = [
            Choice("", "Whatever the clause waits for"),
            Choice("start", "The start of the contract"),
            Choice("go-live", "Go-live"),
            Choice("end", "The end of the contract"),
        ]

    def row(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """Return the sub-clause with what was entered. Raises DomainError naming the field."""
        row: dict[str, Any] = {
            "text": " ".join((self.text.data or "").split()),
            "items": [
                " ".join(item.split())
                for item in (self.items.data or "").splitlines()
                if item.strip()
            ],
            "depths": [name for name, _, _ in DEPTHS if name in (self.depths.data or ())],
        }
        if kept.get("when"):
            row["when"] = kept["when"]
        if self.who.data:
            row["obligation"] = self._obligation()
        return row

    def _obligation(self) -> dict[str, Any]:
        given = {name: (self._fields[name].data or "").strip() for name in ("what", "evidence")}
        for name, message in (
            ("what", "Enter what they do"),
            ("evidence", "Enter what shows that it was done"),
        ):
            if not given[name]:
                raise DomainError(message, field=name)
        found: dict[str, Any] = {"who": self.who.data, **given}
        timing, at = self.timing.data, (self.at.data or "").strip()
        if timing == "before":
            found["before"] = "go-live"
        elif timing:
            if not at:
                raise DomainError("Enter how many, or which value", field="at")
            value = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else at
            found |= timing_of(timing, value)
        if timing and self.of.data:
            found["of"] = self.of.data
        return found


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    obligation = row.get("obligation") or {}
    timing, at = timing_in(obligation)
    return {
        "text": row.get("text", ""),
        "items": "\n".join(row.get("items") or ()),
        "depths": row.get("depths") or ["standard"],
        "who": obligation.get("who", ""),
        "what": obligation.get("what", ""),
        "timing": timing,
        "at": str(at) if timing not in ("", "before") else "",
        "of": obligation.get("of", ""),
        "evidence": obligation.get("evidence", ""),
    }


class ReadyForm(Form):
    words = TextAreaField(
        "What is new in this version",
        [required("Enter what is new in this version")],
        hint="For colleagues. It stands beside the version for good.",
        rows=3,
        most_characters=600,
    )


class RetireClauseForm(Form):
    reason = TextAreaField(
        "Why the clause is retired",
        [required("Enter why the clause is retired")],
        rows=3,
        most_characters=600,
    )


class PressForm(Form):
    """A button, and the token that shows the press came from our page."""
