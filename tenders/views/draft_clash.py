"""What a form of a draft shows when a colleague saved it meanwhile: both, and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from foundation import clock
from foundation.fields import Form, OurField
from question_bank.rules.answers import show_answer
from tenders import service
from tenders.fields import FACT_FIELDS, is_typed
from tenders.forms import DetailsForm, FactsForm
from tenders.models import Tender


@dataclass(frozen=True)
class Clash:
    """A field where a colleague saved something else than was typed."""

    label: str
    theirs: str
    was_typed: bool


def clashing_details(
    form: DetailsForm, details: service.Details, tender: Tender
) -> dict[str, Clash]:
    """Say that a colleague was faster; return what he saved where it differs."""
    packs = {choice.value: choice.label for choice in form.pack_id.choices}
    closes_at = tender.closes_at
    theirs: Mapping[str, str] = {
        "title": tender.title,
        "reference": tender.reference,
        "pack_id": packs.get(tender.pack_id, tender.pack_id),
        "quality_weight": f"{tender.quality_weight}%",
        "closes_at": clock.show_moment(closes_at) if closes_at else "Nothing",
    }
    stored = asdict(service.details_of(tender))
    wall = clock.london(closes_at).replace(tzinfo=None) if closes_at else None
    return {
        name: _clash(form, name, theirs[name], wall)
        for name, value in asdict(details).items()
        if value != stored[name]
    }


def clashing_facts(form: FactsForm, tender: Tender) -> dict[str, Clash]:
    """Say that a colleague was faster; return what he saved where it differs."""
    clashes = {}
    for name, fact in form.specs.items():
        theirs = tender.facts.get(name)
        if form.stored.get(name) == theirs:
            continue
        shown = "Nothing" if theirs is None else show_answer(fact.spec, theirs)
        value = None if theirs is None else FACT_FIELDS[fact.spec.kind].data(theirs)
        clashes[name] = _clash(form, name, shown, value)
    return clashes


def _clash(form: Form, name: str, theirs: str, value: Any) -> Clash:
    """Put what a colleague saved into a box left empty; what was typed stays."""
    field: OurField = form[name]
    was_typed = is_typed(field)
    if not was_typed and value is not None:
        field.data, field.raw_data = value, None
    return Clash(str(field.label.text), theirs, was_typed)
