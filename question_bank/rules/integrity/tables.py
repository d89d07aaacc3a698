"""What tables say of each other and of themselves names columns that are there, and fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from question_bank.rules.questions import Asked, Bank, Contradiction, Kind, Offer, Part, Schema
from question_bank.rules.reading.plain import advice, advice_on_id

# What one cell holds can stand in another of the same kind; words, choices and files cannot all.
COPIED = frozenset(
    [
        Kind.SHORT_TEXT,
        Kind.CHOICE,
        Kind.CHOICES,
        Kind.NUMBER,
        Kind.MONEY,
        Kind.DURATION,
        Kind.DATE,
        Kind.URL,
        Kind.COUNTRY,
    ]
)


def problems(bank: Bank) -> Iterator[str]:
    for part in bank.all_parts():
        for offer in part.offers:
            yield from _offer_problems(part, offer, bank)
    yield from _circles(bank)
    for schema in bank.schemas.values():
        for contradiction in schema.contradictions:
            yield from _contradiction_problems(schema, contradiction)


def _offer_problems(part: Part, offer: Offer, bank: Bank) -> Iterator[str]:
    place, source = f"{part.id}, offers_rows_from", bank.parts.get(offer.part)
    if part.schema is None or part.kind is not Kind.TABLE or part.fixed_rows:
        yield f"{place}: rows can be added only to a table whose rows are not given"
    elif source is None:
        yield f"{place}: {offer.part} is not a part{advice_on_id(offer.part, bank.parts)}"
    elif source.schema is None or source.kind is not Kind.TABLE:
        yield f"{place}: {offer.part} is a {source.kind}; rows come from a table"
    else:
        yield from _column_problems(place, part, source, offer)
        yield from _value_problems(f"{place}, given", part.schema, offer.given)
        yield from _value_problems(f"{place}, where", source.schema, offer.where)


def _column_problems(place: str, part: Part, source: Part, offer: Offer) -> Iterator[str]:
    mine = part.schema.columns if part.schema else ()
    theirs = source.schema.columns if source.schema else ()
    for name, other in offer.columns.items():
        column = next((one for one in mine if one.id == name), None)
        origin = next((one for one in theirs if one.id == other), None)
        if column is None:
            yield f"{place}: {part.id} has no column ‘{name}’{advice(name, _ids(mine))}"
        elif origin is None:
            yield f"{place}: {source.id} has no column ‘{other}’{advice(other, _ids(theirs))}"
        elif not _fits(origin, column):
            yield (
                f"{place}: ‘{name}’ ({column.kind}) cannot hold everything that ‘{other}’ of "
                f"{source.id} ({origin.kind}) can be"
            )
    for name in (*offer.matched, *filter(None, [offer.except_own])):
        if name not in offer.columns:
            yield f"{place}: ‘{name}’ is not among its columns{advice(name, offer.columns)}"


def _ids(columns: tuple[Asked, ...]) -> list[str]:
    return [column.id for column in columns]


def _fits(origin: Asked, column: Asked) -> bool:
    if origin.kind is not column.kind or column.kind not in COPIED:
        return False
    known = {option.value for option in column.options}
    return not column.options or {option.value for option in origin.options} <= known


def _value_problems(place: str, schema: Schema, values: Mapping[str, str]) -> Iterator[str]:
    for name, value in values.items():
        column = schema.column(name)
        if column is None:
            near = advice(name, _ids(schema.columns))
            yield f"{place}: {schema.id} has no column ‘{name}’{near}"
        elif column.kind is not Kind.CHOICE or column.option(value) is None:
            near = advice(value, [option.value for option in column.options])
            yield f"{place}: ‘{value}’ is no choice of ‘{name}’{near}"


def _circles(bank: Bank) -> Iterator[str]:
    """Two tables that fill each other would offer a slip of one to the other for good."""
    for start in bank.parts.values():
        waiting, seen = [offer.part for offer in start.offers], set[str]()
        while waiting:
            name = waiting.pop()
            if name == start.id:
                yield f"{start.id}, offers_rows_from: it goes round in a circle; drop one of them"
                break
            if name not in seen and name in bank.parts:
                seen.add(name)
                waiting += [offer.part for offer in bank.parts[name].offers]


def _contradiction_problems(schema: Schema, found: Contradiction) -> Iterator[str]:
    place = f"{schema.id}, contradictions"
    yield from _value_problems(place, schema, found.where)
    column = schema.column(found.column)
    if column is None:
        near = advice(found.column, _ids(schema.columns))
        yield f"{place}: {schema.id} has no column ‘{found.column}’{near}"
    elif column.required:
        yield f"{place}: ‘{found.column}’ is required, so it cannot be left empty"
