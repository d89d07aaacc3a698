"""A value as a clause writes it: figures in the clause's unit, dates, lists, countries.

Only structured answers have a value here. Free text of a supplier never becomes part of an
operative clause, whatever a library asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from contract_clauses.rules.library import FIGURES, VariableKind
from contract_clauses.rules.voice import in_contract_voice
from question_bank.rules.kinds.amounts import (
    as_date,
    as_decimal,
    minutes_in,
    plain,
    show_duration,
    show_money,
)
from question_bank.rules.kinds.choices import countries
from question_bank.rules.questions import Asked, Kind

# What one value is made of: a figure, a date, or words. Several make a list.
Item = Decimal | date | str

MINUTES = {VariableKind.HOURS: 60, VariableKind.DURATION: 60, VariableKind.DAYS: 1440}
UNITS = {VariableKind.HOURS: "hours", VariableKind.DAYS: "days", VariableKind.MONTHS: "months"}
# Items of more words than this are told apart by semicolons.
LONGEST_IN_A_ROW = 5
HUNDREDTH = Decimal("0.01")
AMOUNTS = frozenset({Kind.NUMBER, Kind.MONEY})
CLOSED_KINDS = frozenset({Kind.CHOICE, Kind.CHOICES})
COUNTRY_KINDS = frozenset({Kind.COUNTRY, Kind.COUNTRIES})
# The kinds of answer a clause may take a value from.
STRUCTURED = frozenset(
    {*AMOUNTS, *CLOSED_KINDS, *COUNTRY_KINDS, Kind.DURATION, Kind.DATE, Kind.URL, Kind.LINES}
)


def items_of(
    kind: VariableKind, asked: Asked | None, value: Any, leaving_out: Iterable[str] = ()
) -> tuple[Item, ...]:
    """Return what a stored value says in a variable of ``kind``; nothing if it says nothing.

    ``asked`` is the part, column or fact the value belongs to; None for a default of the library.
    """
    if asked is not None and asked.kind not in STRUCTURED:
        return ()
    values = [v for v in (value if isinstance(value, list | tuple) else [value]) if v is not None]
    left_out = set(leaving_out)
    values = [v for v in values if not (isinstance(v, str) and v in left_out)]
    found = [_item(kind, asked, entry) for entry in values]
    return tuple(dict.fromkeys(item for item in found if item is not None and item != ""))


def _item(kind: VariableKind, asked: Asked | None, value: Any) -> Item | None:
    if kind in FIGURES:
        return _figure(kind, asked, value)
    if kind is VariableKind.DATE:
        return as_date(value)
    if kind is VariableKind.COUNTRIES or (asked is not None and asked.kind in COUNTRY_KINDS):
        return countries().get(str(value))
    if asked is not None and asked.kind in CLOSED_KINDS:
        option = asked.option(str(value))
        return in_contract_voice(in_sentence(option.label)) if option else None
    return str(value).strip()


def _figure(kind: VariableKind, asked: Asked | None, value: Any) -> Decimal | None:
    if asked is not None and asked.kind is Kind.DURATION:
        minutes = minutes_in(value)
        return None if minutes is None else Decimal(minutes) / MINUTES.get(kind, 60)
    return as_decimal(value)


def in_sentence(label: str) -> str:
    """Return an option's label as it stands inside a sentence: a phrase begins small.

    Names and abbreviations keep their capitals: "Kept offline" but "Cyber Essentials", "CSV".
    """
    if " " not in label or re.search("[A-Z]", label[1:]):
        return label
    return label[:1].lower() + label[1:]


def in_words(kind: VariableKind, items: Sequence[Item]) -> str:
    """Return items as printed: "4 and 24", "£5,000,000", "31 March 2030", "CSV and JSON"."""
    if kind in FIGURES:
        figures = sorted(item for item in items if isinstance(item, Decimal))
        return joined([_figure_words(kind, figure) for figure in figures])
    return joined([_words(item) for item in items])


def with_unit(kind: VariableKind, label: str, words: str) -> str:
    """Return figures as they read by themselves: "24 hours", "6 months", "95%".

    ``label`` tells Working Days from days. Kinds that say their unit already stay as they are.
    """
    if kind is VariableKind.PERCENT:
        return f"{words}%"
    unit = UNITS.get(kind, "")
    if kind is VariableKind.DAYS and "working day" in label.lower():
        unit = "Working Days"
    return f"{words} {unit.removesuffix('s') if words == '1' else unit}".strip()


def _figure_words(kind: VariableKind, figure: Decimal) -> str:
    if kind is VariableKind.MONEY:
        return show_money(Asked("", Kind.MONEY, ""), plain(figure))
    if kind is VariableKind.DURATION:
        return show_duration(Asked("", Kind.DURATION, ""), f"{round(figure * 60)}min")
    return plain(figure if figure == figure.quantize(HUNDREDTH) else figure.quantize(HUNDREDTH))


def _words(item: Item) -> str:
    if isinstance(item, date):
        return f"{item.day} {item:%B %Y}"
    return str(item)


def joined(items: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"; semicolons between phrases that need them."""
    if len(items) < 2:
        return "".join(items)
    if any("," in item or len(item.split()) > LONGEST_IN_A_ROW for item in items):
        return "; ".join(items[:-1]) + "; and " + items[-1]
    return ", ".join(items[:-1]) + " and " + items[-1]
