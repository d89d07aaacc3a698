"""Build conditions by choosing: a part or fact, what of it is compared, how, and with what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.conditions.operands import FACT
from question_bank.rules.kinds import rules_for
from question_bank.rules.own.saying import ANSWERS, Known
from question_bank.rules.questions import COMMITMENT_ANSWERS, ROWED, Asked, Kind, Option, Part

Raw = dict[str, Any]
MOST_TESTS = 20
SIZES = (Kind.NUMBER, Kind.MONEY, Kind.DURATION)


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way to compare. ``takes``: options, a value, months before a date, or nothing."""

    operator: str
    label: str
    takes: str


OF_ONE = (
    Comparison("in", "is one of", "options"),
    Comparison("not_in", "is none of", "options"),
)
OF_SEVERAL = (
    Comparison("has_any", "includes at least one of", "options"),
    Comparison("has", "includes all of", "options"),
    Comparison("lacks_any", "leaves out at least one of", "options"),
)
OF_SIZE = (
    Comparison("more_than", "is more than", "value"),
    Comparison("less_than", "is less than", "value"),
    Comparison("at_least", "is at least", "value"),
    Comparison("at_most", "is at most", "value"),
    Comparison("is", "is exactly", "value"),
)
OF_DATE = (
    Comparison("before", "is before", "value"),
    Comparison("after", "is after", "value"),
    Comparison("older_than", "is more than so many months before", "months"),
)
OF_PLACE = (
    Comparison("in", "is one of", "value"),
    Comparison("not_in", "is none of", "value"),
)
PRESENT = (
    Comparison("answered", "is answered", "nothing"),
    Comparison("missing", "is left empty", "nothing"),
)
BY_KIND: Mapping[Kind, tuple[Comparison, ...]] = {
    Kind.COMMITMENT: OF_ONE,
    Kind.CHOICE: OF_ONE,
    Kind.CHOICES: OF_SEVERAL,
    **dict.fromkeys(SIZES, OF_SIZE),
    Kind.DATE: OF_DATE,
    Kind.COUNTRY: OF_PLACE,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a test is about: a part or a tender fact, and ``look``: what of it.

    ``look`` is "" for the whole, ``rows`` for their number, ``any:<column>``, ``every:<column>``
    or ``cell:<column>`` for a column of a table, or of a record.
    """

    name: str
    asked: Asked
    look: str = ""
    is_fact: bool = False

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        if self.look == "rows":
            return OF_SIZE[:4]
        suited = BY_KIND.get(self.asked.kind, ())
        return suited if self.is_fact else (*suited, *PRESENT)

    @property
    def options(self) -> tuple[Option, ...]:
        if self.asked.kind is Kind.COMMITMENT:
            return tuple(Option(value, ANSWERS[value]) for value in COMMITMENT_ANSWERS)
        return self.asked.options if self.look != "rows" else ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was entered for one test."""

    operator: str | None
    options: Sequence[str] = ()
    value: str = ""
    fact: str = ""
    months: int | None = None


def looks_of(part: Part) -> list[tuple[str, str]]:
    """Return what of a table, record or certificate can be compared; nothing for other kinds."""
    if part.kind not in ROWED or part.schema is None:
        return []
    columns = part.schema.columns
    whole = [("", "Whether it is answered at all")]
    if part.kind is not Kind.TABLE:
        return whole + [(f"cell:{column.id}", column.label) for column in columns]
    return [
        *whole,
        ("rows", "The number of rows"),
        *((f"any:{column.id}", f"In at least one row: {column.label}") for column in columns),
        *((f"every:{column.id}", f"In every row: {column.label}") for column in columns),
    ]


def subject_of(name: str, look: str, known: Known) -> Subject:
    """Return what was chosen. Raises DomainError."""
    if name.startswith(FACT) and name.removeprefix(FACT) in known.facts:
        return Subject(name, known.facts[name.removeprefix(FACT)].spec, is_fact=True)
    part = known.parts.get(name)
    if part is None:
        raise DomainError("Select the answer or fact that the test is about", field="subject")
    if look and look not in dict(looks_of(part)):
        raise DomainError("Select what of it is compared", field="look")
    column = part.schema.column(look.split(":", 1)[1]) if part.schema and ":" in look else None
    return Subject(name, column or part, look)


def facts_like(subject: Subject, known: Known) -> list[tuple[str, str]]:
    """Return the tender facts a subject can be compared with."""
    kinds = {
        Kind.DATE: (Kind.DATE,),
        Kind.DURATION: (Kind.DURATION,),
        Kind.MONEY: (Kind.MONEY,),
        Kind.NUMBER: (Kind.NUMBER,),
        Kind.COUNTRY: (Kind.COUNTRIES,),
    }.get(subject.asked.kind, ())
    return [
        (f"{FACT}{name}", fact.spec.label)
        for name, fact in known.facts.items()
        if fact.spec.kind in kinds and subject.look != "rows"
    ]


def one_test(subject: Subject, chosen: Chosen, known: Known) -> Raw:
    """Return one test as the bank writes it. Raises DomainError naming the field."""
    comparison = next((c for c in subject.comparisons if c.operator == chosen.operator), None)
    if comparison is None:
        raise DomainError("Select how it is compared", field="operator")
    if comparison.takes == "nothing":
        return _presence(subject, comparison.operator)
    compared = _compared(subject, comparison, chosen, known)
    if subject.is_fact:
        return {"fact": subject.name.removeprefix(FACT), **compared}
    kind, _, column = subject.look.partition(":")
    if kind == "rows":
        return {"rows": subject.name, **compared}
    if kind == "cell":
        return {"part": subject.name, "column": column, **compared}
    if kind in ("any", "every"):
        return {f"{kind}_row": subject.name, "where": {"column": column, **compared}}
    return {"part": subject.name, **compared}


def _presence(subject: Subject, operator: str) -> Raw:
    kind, _, column = subject.look.partition(":")
    if kind in ("any", "every"):
        return {f"{kind}_row": subject.name, "where": {operator: column}}
    return {operator: subject.name} | ({"column": column} if kind == "cell" else {})


def _compared(subject: Subject, comparison: Comparison, chosen: Chosen, known: Known) -> Raw:
    if comparison.takes == "options":
        return _with_options(subject, comparison.operator, chosen.options)
    if comparison.takes == "months":
        return _with_months(subject, chosen, known)
    if chosen.fact:
        if chosen.fact not in dict(facts_like(subject, known)):
            raise DomainError("Select one of the facts", field="fact")
        return {comparison.operator: chosen.fact}
    if not chosen.value.strip():
        raise DomainError("Enter what it is compared with", field="value")
    return {comparison.operator: _value(subject, comparison.operator, chosen.value.strip())}


def _with_options(subject: Subject, operator: str, options: Sequence[str]) -> Raw:
    known = [option.value for option in subject.options]
    if not options or not set(options) <= set(known):
        raise DomainError("Select at least one answer", field="options")
    if len(options) == 1 and operator in ("in", "not_in"):
        return {"is" if operator == "in" else "is_not": options[0]}
    return {operator: list(options)}


def _with_months(subject: Subject, chosen: Chosen, known: Known) -> Raw:
    if chosen.months is None:
        raise DomainError("Enter how many months", field="months")
    before = chosen.fact or chosen.value.strip()
    if not before:
        raise DomainError("Select the date it is compared with", field="fact")
    if chosen.fact and chosen.fact not in dict(facts_like(subject, known)):
        raise DomainError("Select one of the facts", field="fact")
    if not chosen.fact:
        before = _value(subject, "before", before)
    return {"older_than": {"months": chosen.months, "before": before}}


def _value(subject: Subject, operator: str, text: str) -> Any:
    if subject.asked.kind is Kind.COUNTRY:
        codes = [code.upper() for code in re.split(r"[\s,;]+", text) if code]
        if any(rules_for(Kind.COUNTRY).read(subject.asked, code).problems for code in codes):
            raise DomainError("Enter countries as two letters each, such as GB, IE", field="value")
        return codes
    kind = Kind.NUMBER if subject.look == "rows" else subject.asked.kind
    known = rules_for(kind).comparable(text)
    if known is None:
        raise DomainError(_EXAMPLE.get(kind, "Enter a value that it can have"), field="value")
    return text


_EXAMPLE: Mapping[Kind, str] = {
    Kind.NUMBER: "Enter a number, such as 12",
    Kind.MONEY: "Enter an amount in pounds, such as 5000",
    Kind.DURATION: "Enter a length of time, such as 24h, 90min or 30d",
    Kind.DATE: "Enter a date as 2027-03-31, or select a fact",
}


def tests_in(condition: Mapping[str, Any] | None) -> tuple[str, list[Raw]]:
    """Return how the tests of a condition are joined, ``all`` or ``any``, and the tests."""
    if not condition:
        return "all", []
    for word in ("all", "any"):
        if list(condition) == [word] and isinstance(condition[word], list):
            return word, list(condition[word])
    return "all", [dict(condition)]


def condition_of(word: str, tests: Sequence[Raw]) -> Raw:
    """Return the condition that joins the tests; {} where there are none."""
    if len(tests) > MOST_TESTS:
        raise DomainError(f"You cannot add a test because {MOST_TESTS} is the most")
    if len(tests) < 2:
        return dict(tests[0]) if tests else {}
    return {"any" if word == "any" else "all": list(tests)}
