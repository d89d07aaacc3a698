"""The forms of a tender: its details, its facts, its publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wtforms import ValidationError

from foundation import clock
from foundation.fields import (
    CheckboxesField,
    Choice,
    DateTimeField,
    Form,
    NumberField,
    OurField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    required,
)
from question_bank.loader import edition, newest_edition, shipped_bank
from question_bank.queries.editions import version_of
from question_bank.queries.own import own_packs
from question_bank.rules.answers import read_answer
from question_bank.rules.questions import Kind, TenderFact
from tenders import planned
from tenders.fields import FACT_FIELDS, clear_time, is_typed
from tenders.models import Tender
from tenders.outcome_forms import LineField
from tenders.rules.readiness import facts_out_of_order
from tenders.service import Details

LONGEST_TITLE = 200
LONGEST_REFERENCE = 40
LONGEST_REASON = 1000

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


class DetailsForm(Form):
    title = LineField(
        "Title",
        [required("Enter the title of the tender")],
        hint="What suppliers read first.",
        most=LONGEST_TITLE,
    )
    reference = LineField(
        "Reference",
        [required("Enter the reference of the tender")],
        hint="Your own, for example HC-2026-014.",
        most=LONGEST_REFERENCE,
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
        [clear_time],
        hint="London time. Bids must arrive before it. You can leave this empty for now.",
    )

    def __init__(self, tender: Tender | None = None, *, authority_id: int | None = None) -> None:
        """``authority_id``: whose edition and own packs are offered; None for what is shipped."""
        closes_at = tender.closes_at if tender else None
        wall = clock.london(closes_at).replace(tzinfo=None) if closes_at else None
        kept = (
            {name: getattr(tender, name) for name in ("title", "reference", "pack_id")}
            | {"quality_weight": tender.quality_weight, "closes_at": wall}
            if tender
            else {}
        )
        super().__init__(data=kept)
        self.questions_until = tender.questions_until if tender else None
        self.tailored = tender is not None and planned.is_tailored(tender)
        if tender is not None and self.tailored:
            self.pack_id.choices = [Choice(tender.pack_id, tender.pack_id)]
            self.pack_id.data = tender.pack_id
            self.pack_id.validators = []
        else:
            self.pack_id.choices = pack_choices(authority_id)

    @property
    def offered(self) -> set[str]:
        """The sets of questions to choose from, by id."""
        return {choice.value for choice in self.pack_id.choices}

    def validate_closes_at(self, field: DateTimeField) -> None:
        """Refuse a closing time that is past, or before companies may no longer ask."""
        if field.data is None or field.process_errors:
            return
        closes_at, until = clock.from_london(field.data), self.questions_until
        if closes_at <= clock.arrived_at():
            raise ValidationError("Enter a closing time in the future")
        if until is not None and closes_at <= until:
            raise ValidationError(
                f"Enter a closing time after {clock.show_moment(until)}, until when companies may "
                "ask about the tender, or change that first under “How suppliers may bid”"
            )

    def details(self) -> Details:
        """Return what was typed."""
        wall = self.closes_at.data
        closes_at = clock.from_london(wall) if wall else None
        return Details(
            title=self.title.data,
            reference=self.reference.data,
            pack_id=self.pack_id.data,
            quality_weight=int(self.quality_weight.data),
            closes_at=closes_at,
        )


def pack_choices(authority_id: int | None = None) -> list[Choice]:
    """Return the ready-made sets of questions, the least work for suppliers first, then own packs.

    They are those of the authority's edition of the bank; without an authority, of the newest.
    """
    version = newest_edition().version if authority_id is None else version_of(authority_id)
    offered = [planned.of_pack(version, pack_id) for pack_id in edition(version).packs]
    offered.sort(key=lambda found: len(found.questionnaire.parts))
    shipped = [
        Choice(
            found.pack.id,
            found.pack.title,
            f"{found.pack.suits} {len(found.questionnaire.questions)} questions in "
            f"{len(found.questionnaire.parts)} parts.",
        )
        for found in offered
    ]
    own = own_packs(authority_id) if authority_id is not None else []
    return shipped + [
        Choice(pack.pack_id, str(pack.raw["title"]), f"{pack.raw['for']} Made by your authority.")
        for pack in own
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
        for name, message in facts_out_of_order(self.stored).items():
            self.add_error(message, name)
            valid = False
        return valid


def facts_form(
    facts: Mapping[str, Any], asked: Mapping[str, TenderFact] | None = None
) -> FactsForm:
    """Return the form of all tender facts ``asked`` (else of the newest bank), filled with
    ``facts``.

    The closing date is not among them: it is the day of the closing time.
    """
    known = shipped_bank().facts if asked is None else asked
    specs = {name: fact for name, fact in known.items() if name != "closes_at"}
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


class SectionForm(Form):
    """A section of a questionnaire: its name, its weight, why it is there."""

    title = TextField("Name of the section", [required("Enter the name of the section")])
    weight = NumberField(
        "Weight of the section",
        hint="Percent of quality. All sections together make 100. A section in which nothing is "
        "marked has 0.",
        lowest=0,
        highest=100,
        places=2,
        width=5,
        suffix_text="%",
    )
    reason = TextAreaField(
        "Why this section, and why this weight (optional)",
        hint="For your record. It is frozen with the questions.",
        rows=3,
        most_characters=LONGEST_REASON,
    )


class ChosenQuestionForm(Form):
    """How one question is asked in a questionnaire."""

    assessed = RadiosField("How it is assessed", [required("Select how the question is assessed")])
    weight = NumberField(
        "Weight within its section",
        hint="Percent of the section. The marked questions of a section together make 100.",
        lowest=0,
        highest=100,
        places=2,
        width=5,
        suffix_text="%",
    )
    threshold = SelectField(
        "Least mark (optional)",
        hint="An agreed mark below it proposes that the bid fails; an officer decides. Suppliers "
        "are told before they bid.",
        choices=[("", "None"), *((str(mark), f"{mark} of 5") for mark in range(1, 6))],
    )
    section = SelectField("Section", [required("Select a section")])
    parts = CheckboxesField(
        "Which parts are asked", [required("Select at least one part, or remove the question")]
    )
    reason = TextAreaField(
        "Why it is asked this way (optional)",
        hint="For your record. It is frozen with the questions.",
        rows=3,
        most_characters=LONGEST_REASON,
    )

    def offer_parts(self, choices: list[Choice]) -> None:
        """Say which parts there are, and read again which of them were sent."""
        self.parts.choices = choices
        if self.is_submitted():
            self.parts.process_formdata(self.parts.raw_data or [])


class AddQuestionsForm(Form):
    """The questions that can be added; which there are, the page says."""

    question = CheckboxesField("Questions")


class StartAgainForm(Form):
    pack_id = RadiosField("Questions to start from", [required("Select which questions to ask")])
    agreed = CheckboxesField(
        "What is lost",
        [required("Select that you want to lose the sections, weights and reasons made so far")],
        choices=[("yes", "Replace the sections, weights, choices and reasons made so far")],
    )


class ConfirmForm(Form):
    """A button, and the token that shows the press came from our page."""
