"""The form of made-up bids: a name, a price, a mark for each section and what differs from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from foundation.fields import Choice, Form, MoneyField, SelectField, TextAreaField, TextField
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.trying import LONGEST_NAME, MOST_BIDS, Model, TriedBid
from tenders.rules.questionnaire import Section

LONGEST_NOTE = 2000
LONGEST_OTHER = 2000
MARKS = [Choice(str(mark), str(mark)) for mark in range(TOP_OF_SCALE, -1, -1)]
ONE_MARK = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*[ =:]\s*([0-9]+)")


@dataclass(frozen=True)
class BidFields:
    """The fields of one made-up bid."""

    number: int
    name: Any
    price: Any
    sections: list[Any]
    other: Any


class TryingForm(Form):
    """The fields of the bids are added for each tender by ``trying_form``: its sections differ."""

    note = TextAreaField(
        "What you conclude (optional)",
        hint="For example what you changed in the plan because of it. Kept with the trial.",
        most_characters=LONGEST_NOTE,
        rows=3,
    )

    def bids_of(self, sections: Sequence[Section], *, priced: bool) -> list[BidFields]:
        """Return the fields, bid by bid."""
        return [
            BidFields(
                number,
                self[f"name_{number}"],
                self[f"price_{number}"] if priced else None,
                [self[f"mark_{number}_{place}"] for place in range(len(sections))],
                self[f"other_{number}"],
            )
            for number in range(1, MOST_BIDS + 1)
        ]

    def typed_bids(self, model: Model) -> list[TriedBid]:
        """Return the bids that have a name; adds an error where one cannot be read."""
        sections = scored_sections(model)
        found = []
        for one in self.bids_of(sections, priced=model.method.uses_price):
            name = " ".join((one.name.data or "").split())
            if not name:
                continue
            if len(name) > LONGEST_NAME:
                self.add_error(f"Enter a name of {LONGEST_NAME} characters or fewer", one.name.id)
            marks = {
                asked.id: int(field.data or 0)
                for section, field in zip(sections, one.sections, strict=True)
                for asked in section.questions
                if asked.is_scored
            }
            marks |= self._others(one, marks)
            price: Decimal | None = one.price.data if one.price is not None else None
            found.append(TriedBid(name, marks, price))
        return found

    def _others(self, one: BidFields, known: dict[str, int]) -> dict[str, int]:
        """Return the marks of single questions: "SLP-07 0, SLP-13 2"."""
        text = (one.other.data or "")[:LONGEST_OTHER]
        by_id = {question_id.casefold(): question_id for question_id in known}
        others: dict[str, int] = {}
        for entry in filter(None, (part.strip() for part in re.split(r"[,;\n]", text))):
            read = ONE_MARK.fullmatch(entry)
            question_id = by_id.get(read[1].casefold()) if read else None
            mark = int(read[2]) if read and len(read[2]) == 1 else TOP_OF_SCALE + 1
            if question_id is None and not known:
                self.add_error("Leave this empty until a question earns marks", one.other.id)
            elif question_id is None:
                self.add_error(
                    f"Enter a question that earns marks and a mark, like {next(iter(known))} 0: "
                    f"“{entry[:40]}” is none",
                    one.other.id,
                )
            elif mark > TOP_OF_SCALE:
                self.add_error(f"Enter a mark from 0 to 5 for {question_id}", one.other.id)
            else:
                others[question_id] = mark
        return others


def scored_sections(model: Model) -> list[Section]:
    """Return the sections that have a question to mark."""
    return [
        section
        for section in model.questionnaire.sections
        if any(asked.is_scored for asked in section.questions)
    ]


def trying_form(model: Model, bids: Sequence[TriedBid]) -> TryingForm:
    """Return the form filled with ``bids``; the fields beyond them are empty."""
    sections = scored_sections(model)
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for number in range(1, MOST_BIDS + 1):
        fields[f"name_{number}"] = TextField("Name", width=20)
        fields[f"price_{number}"] = MoneyField("Price", width=10)
        fields[f"other_{number}"] = TextField(
            "Other marks for single questions (optional)",
            hint=f"For example {model.scored[0].id} 0." if model.scored else "",
        )
        for place, section in enumerate(sections):
            fields[f"mark_{number}_{place}"] = SelectField(
                f"{section.title} ({section.weight:f}%)", choices=MARKS
            )
            data[f"mark_{number}_{place}"] = str(TOP_OF_SCALE - 1)
    for number, bid in enumerate(bids, start=1):
        data |= _filled(number, bid, sections)
    form_of_tender: type[TryingForm] = type("TryingFormOfTender", (TryingForm,), fields)
    return form_of_tender(data=data)


def _filled(number: int, bid: TriedBid, sections: Sequence[Section]) -> dict[str, Any]:
    """Return a bid as it is typed: the usual mark of each section, and what differs from it."""
    data: dict[str, Any] = {f"name_{number}": bid.name, f"price_{number}": bid.price}
    others = []
    for place, section in enumerate(sections):
        marks = {one.id: bid.marks[one.id] for one in section.questions if one.is_scored}
        usual = Counter(marks.values()).most_common(1)[0][0]
        data[f"mark_{number}_{place}"] = str(usual)
        others += [f"{one} {mark}" for one, mark in marks.items() if mark != usual]
    data[f"other_{number}"] = ", ".join(others)
    return data
