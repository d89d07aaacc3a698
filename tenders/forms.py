"""The forms of a tender: its details, its facts, its publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from foundation import clock
from foundation.errors import DomainError
from foundation.fields import (
    Choice,
    DateTimeField,
    Form,
    NumberField,
    OurField,
    RadiosField,
    TextField,
    required,
)
from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Kind, TenderFact
from tenders.fields import FACT_FIELDS, is_typed
from tenders.models import Tender
from tenders.queries import shipped_questionnaire
from tenders.service import Details

LONGEST_TITLE = 200
LONGEST_REFERENCE = 40

# Headings of the page of facts, and the kinds under each.
GROUPS: Mapping[str, tuple[Kind, ...]] = {
    "Dates": (Kind.DATE,),
    "Targets, limits and value": (
        Kind.DURATION,
        Kind.COUNTRIES,
        Kind.NUMBER,
        Kind.MONEY,
        Kind.LINES,
    ),
    "What is bought, and how": (Kind.CHOICE,),
}


class TooLong(DomainError):
    """A text does not fit where it is shown."""


class DetailsForm(Form):
    title = TextField(
        "Title", [required("Enter the title of the tender")], hint="What suppliers read first."
    )
    reference = TextField(
        "Reference",
        [required("Enter the reference of the tender")],
        hint="Your own, for example HC-2026-014.",
        width=20,
        spellcheck=False,
    )
    pack_id = RadiosField("Questions", [required("Select which questions to ask")])
    quality_weight = NumberField(
        "Weight of quality",
        [required("Enter the weight of quality")],
        hint="Percent of the final score. Price gets the rest.",
        lowest=0,
        highest=100,
        width=3,
        suffix_text="%",
        default=60,
    )
    closes_at = DateTimeField(
        "When bids close",
        hint="London time. Bids must arrive before it. You can leave this empty for now.",
    )

    def __init__(self, tender: Tender | None = None) -> None:
        closes_at = tender.closes_at if tender else None
        wall = clock.london(closes_at).replace(tzinfo=None) if closes_at else None
        kept = (
            {name: getattr(tender, name) for name in ("title", "reference", "pack_id")}
            | {"quality_weight": tender.quality_weight, "closes_at": wall}
            if tender
            else {}
        )
        super().__init__(data=kept)
        self.pack_id.choices = pack_choices()

    def details(self, moment: datetime) -> Details:
        """Return what was typed. Raises DomainError, naming the field."""
        for field, longest in ((self.title, LONGEST_TITLE), (self.reference, LONGEST_REFERENCE)):
            if len(field.data) > longest:
                raise TooLong(f"Enter {longest} characters or fewer", field=field.name)
        wall = self.closes_at.data
        closes_at = clock.from_london(wall, field="closes_at") if wall else None
        if closes_at is not None and closes_at <= moment:
            raise DomainError("Enter a closing time in the future", field="closes_at")
        return Details(
            title=self.title.data,
            reference=self.reference.data,
            pack_id=self.pack_id.data,
            quality_weight=int(self.quality_weight.data),
            closes_at=closes_at,
        )


def pack_choices() -> list[Choice]:
    """Return the ready-made sets of questions, the least work for suppliers first."""
    offered = [(pack, shipped_questionnaire(pack.id)) for pack in shipped_packs().values()]
    offered.sort(key=lambda pair: len(pair[1].parts))
    return [
        Choice(
            pack.id,
            pack.title,
            f"{pack.suits} {len(asked.questions)} questions in {len(asked.parts)} parts.",
        )
        for pack, asked in offered
    ]


class FactsForm(Form):
    """All tender facts; fields are added by facts_form()."""

    specs: Mapping[str, TenderFact]

    def groups(self) -> Iterator[tuple[str, list[OurField]]]:
        """Yield the headings of the page, each with its fields."""
        for heading, kinds in GROUPS.items():
            yield (
                heading,
                [
                    self._fields[name]
                    for name, fact in self.specs.items()
                    if fact.spec.kind in kinds
                ],
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, then each value as the question bank checks every answer."""
        valid = bool(super().validate(extra_validators))
        self.stored: dict[str, Any] = {}
        for name, fact in self.specs.items():
            field = self._fields[name]
            if field.errors or not is_typed(field):
                continue
            read = read_answer(fact.spec, FACT_FIELDS[fact.spec.kind].value(field.data))
            if read.problems:
                field.errors = [problem.message for problem in read.problems]
                valid = False
            else:
                self.stored[name] = read.value
        return valid


def facts_form(facts: Mapping[str, Any]) -> FactsForm:
    """Return the form of all tender facts of the bank, filled with ``facts``.

    The closing date is not among them: it is the day of the closing time.
    """
    specs = {name: fact for name, fact in shipped_bank().facts.items() if name != "closes_at"}
    fields = {name: FACT_FIELDS[fact.spec.kind].make(fact) for name, fact in specs.items()}
    form_class = type("FilledFactsForm", (FactsForm,), fields)
    data = {
        name: FACT_FIELDS[specs[name].spec.kind].data(stored)
        for name, stored in facts.items()
        if name in specs
    }
    form: FactsForm = form_class(data=data)
    form.specs = specs
    return form


class ConfirmForm(Form):
    """A button, and the token that shows the press came from our page."""
