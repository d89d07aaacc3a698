"""One entry for each kind of tender fact: its form field, and its value to and from the field."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from foundation import clock
from foundation.errors import DomainError
from foundation.fields import (
    Choice,
    DateField,
    DurationField,
    MoneyField,
    NumberField,
    OurField,
    RadiosField,
)
from question_bank.rules.kinds.amounts import duration_text, minutes_in, plain
from question_bank.rules.kinds.choices import countries
from question_bank.rules.questions import Kind, TenderFact

# Names people use beside those of the list.
OTHER_NAMES = {
    "uk": "GB",
    "great britain": "GB",
    "britain": "GB",
    "england": "GB",
    "usa": "US",
    "united states of america": "US",
    "republic of ireland": "IE",
    "holland": "NL",
}


def clear_time(_form: Any, field: Field) -> None:
    """Refuse a time that does not exist, or comes twice, because the clocks change."""
    if isinstance(field.data, datetime):
        try:
            clock.from_london(field.data)
        except DomainError as error:
            raise StopValidation(str(error)) from None


class LinesField(OurField):
    """Texts, one on each line, as a list in ``data``."""

    shape = "textarea"
    rows = 3

    def as_typed(self, value: Any) -> str:
        return "\n".join(value)

    def read(self, text: str) -> list[str]:
        return [line.strip() for line in text.splitlines() if line.strip()]


class CountriesField(LinesField):
    """Countries, by name or two-letter code, as a list of codes in ``data``."""

    def as_typed(self, value: Any) -> str:
        return "\n".join(countries().get(code, code) for code in value)

    def read(self, text: str) -> list[str]:
        return [_country_code(line) for line in super().read(text)]


def _country_code(written: str) -> str:
    """Return the code of a country. Raises ValueError with the nearest name."""
    names = {name.casefold(): code for code, name in countries().items()} | OTHER_NAMES
    if written.upper() in countries():
        return written.upper()
    code = names.get(written.casefold())
    if code is None:
        near = difflib.get_close_matches(written.casefold(), list(names), n=1)
        advice = f", like {countries()[names[near[0]]]}" if near else ""
        raise ValueError(f"Enter countries by their names, one on each line{advice}")
    return code


@dataclass(frozen=True)
class FactField:
    """How one kind of fact is typed. ``value`` returns what question_bank's ``read_answer`` takes,
    ``data`` what the field holds for a stored value."""

    make: Callable[[TenderFact], Any]
    value: Callable[[Any], Any] = lambda data: data
    data: Callable[[Any], Any] = lambda stored: stored


def _words(fact: TenderFact) -> dict[str, Any]:
    """Return what is asked; the hint says how to answer, and then what the answer is for."""
    return {"label": fact.ask, "hint": f"{fact.spec.hint} {fact.why}".strip()}


def _radios(fact: TenderFact) -> Any:
    options = [Choice(option.value, option.label, option.hint) for option in fact.spec.options]
    return RadiosField(**_words(fact), choices=options, inline=len(options) == 2)


def _number(fact: TenderFact) -> Any:
    spec = fact.spec
    return NumberField(
        **_words(fact),
        width=5,
        suffix_text=spec.unit,
        places=spec.decimals,
        lowest=spec.at_least if spec.at_least is not None else 0,
        highest=spec.at_most,
    )


FACT_FIELDS: Mapping[Kind, FactField] = {
    Kind.CHOICE: FactField(_radios),
    Kind.COUNTRIES: FactField(lambda fact: CountriesField(**_words(fact))),
    Kind.DATE: FactField(
        lambda fact: DateField(**_words(fact)),
        value=lambda day: day.isoformat(),
        data=date.fromisoformat,
    ),
    Kind.DURATION: FactField(
        lambda fact: DurationField(**_words(fact)), value=duration_text, data=minutes_in
    ),
    Kind.LINES: FactField(lambda fact: LinesField(**_words(fact))),
    Kind.MONEY: FactField(lambda fact: MoneyField(**_words(fact), width=10), plain, Decimal),
    Kind.NUMBER: FactField(_number, plain, Decimal),
}


def is_typed(field: OurField) -> bool:
    return field.data not in (None, "", [])
