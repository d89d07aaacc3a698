"""A condition in words, before there is any answer: ‘SLP-07.f (How copies are kept apart) is
“Kept offline”’."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.operands import FACT
from question_bank.rules.questions import COMMITMENT_ANSWERS, Asked, Kind, Part, TenderFact

ANSWERS = dict(zip(COMMITMENT_ANSWERS, ("Yes", "Yes, with an exception", "No"), strict=True))
OPERATORS: Mapping[str, str] = {
    "is": "is {}",
    "is_not": "is not {}",
    "in": "is {}",
    "not_in": "is none of {}",
    "has": "includes all of {}",
    "has_any": "includes at least one of {}",
    "lacks": "leaves out {}",
    "lacks_any": "leaves out at least one of {}",
    "more_than": "is more than {}",
    "less_than": "is less than {}",
    "at_least": "is {} or more",
    "at_most": "is {} or less",
    "before": "is before {}",
    "after": "is after {}",
    "chosen": "is {}",
    "empty": "is empty",
    "filled": "is filled in",
}
# Libraries ask with this day whether a date is there at all: every date they mean is later.
ANY_DATE = "2000-01-01"


@dataclass(frozen=True, slots=True)
class Known:
    """What a condition may name: the parts of the bank and of the question, and tender facts."""

    parts: Mapping[str, Part]
    facts: Mapping[str, TenderFact]


def in_words(condition: Condition, known: Known) -> str:
    """Return when the condition is true, as a clause without a capital or full stop."""
    return _SAYERS.get(condition.node, _comparison)(condition, known)


def _joined(condition: Condition, known: Known) -> str:
    word = " and " if condition.node == "all" else " or "
    told = [
        f"({in_words(child, known)})" if child.node in ("all", "any") else in_words(child, known)
        for child in condition.children
    ]
    return word.join(told)


def _not(condition: Condition, known: Known) -> str:
    return f"it is not so that {in_words(condition.children[0], known)}"


def _presence(condition: Condition, known: Known) -> str:
    named = [named_part(part_id, known) for part_id in condition.subject]
    if condition.node == "answered":
        return f"{listed(named, 'or')} is answered"
    several = len(named) > 1
    return f"{'none of ' if several else ''}{listed(named)} is {'' if several else 'not '}answered"


def _rows_where(condition: Condition, known: Known) -> str:
    part = known.parts.get(condition.subject)
    which = "a row" if condition.node == "any_row" else "every row"
    where = _cells(condition.children[0], part, known)
    return f"in {which} of {named_part(condition.subject, known)} {where}"


def _cells(condition: Condition, part: Part | None, known: Known) -> str:
    if condition.children:
        told = [_cells(child, part, known) for child in condition.children]
        if condition.node == "not":
            return f"it is not so that {told[0]}"
        return (" and " if condition.node == "all" else " or ").join(told)
    column = part.schema.column(condition.column) if part and part.schema else None
    label = column.label if column else condition.column
    return f"“{label}” {_compared(condition, column, known)}"


def _comparison(condition: Condition, known: Known) -> str:
    if condition.node == "fact":
        fact = known.facts.get(condition.subject)
        return f"{named_fact(condition.subject, known)} {_compared(condition, _spec(fact), known)}"
    if condition.node == "rows":
        part = named_part(condition.subject, known)
        return f"the number of rows of {part} {_compared(condition, None, known)}"
    if condition.node == "mark":
        return f"the mark of {condition.subject} {_compared(condition, None, known)}"
    part_asked: Asked | None = known.parts.get(condition.subject)
    name = named_part(condition.subject, known)
    if condition.column:
        schema = known.parts[condition.subject].schema if condition.subject in known.parts else None
        part_asked = schema.column(condition.column) if schema else None
        label = part_asked.label if part_asked else condition.column
        name = f"“{label}” of {name}"
    return f"{name} {_compared(condition, part_asked, known)}"


def _spec(fact: TenderFact | None) -> Asked | None:
    return fact.spec if fact else None


def _compared(condition: Condition, asked: Asked | None, known: Known) -> str:
    if condition.operator == "older_than":
        before = _value(condition.value["before"], None, known)
        return f"is more than {condition.value['months']} months before {before}"
    if condition.operator == "after" and condition.value == ANY_DATE:
        return OPERATORS["filled"]
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    told = listed([_value(value, asked, known) for value in values], "or")
    return OPERATORS[condition.operator].format(told)


def _value(value: Any, asked: Asked | None, known: Known) -> str:
    if isinstance(value, str) and value.startswith(FACT):
        return named_fact(value.removeprefix(FACT), known)
    if asked is not None and asked.kind is Kind.COMMITMENT:
        return f"“{ANSWERS.get(str(value), value)}”"
    option = asked.option(str(value)) if asked is not None else None
    if option is not None:
        return f"“{option.label}”"
    return f"{value} {asked.unit}".strip() if asked is not None else str(value)


def named_part(part_id: str, known: Known) -> str:
    part = known.parts.get(part_id)
    return f"{part_id} ({part.label})" if part else part_id


def named_fact(name: str, known: Known) -> str:
    fact = known.facts.get(name)
    return f"the tender’s {fact.spec.label[:1].lower()}{fact.spec.label[1:]}" if fact else name


def listed(items: list[str], word: str = "and") -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def _names(condition: Condition, known: Known) -> str:
    first, second = (
        listed([named_part(item["part"], known) for item in items], "or")
        for items in (condition.subject, condition.value)
    )
    return f"a name in {first} is not in {second}"


def _coverage(condition: Condition, known: Known) -> str:
    of, by = (named_part(condition.subject[key]["part"], known) for key in ("of", "by"))
    return f"the share of names of {of} found in {by} {_compared(condition, None, known)} percent"


def _about(what: str) -> Callable[[Condition, Known], str]:
    return lambda condition, _known: f"{what} {listed(list(condition.subject), 'or')}"


_SAYERS: Mapping[str, Callable[[Condition, Known], str]] = {
    "all": _joined,
    "any": _joined,
    "not": _not,
    "always": lambda _condition, _known: "always",
    "missing": _presence,
    "answered": _presence,
    "any_row": _rows_where,
    "every_row": _rows_where,
    "names": _names,
    "coverage": _coverage,
    "flag": _about("a flag is raised by"),
    "risk": _about("the register holds"),
}
