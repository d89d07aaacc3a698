"""Makes an answer of every kind, and the form fields somebody would type to give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from question_bank.rules.kinds.amounts import as_date, minutes_in
from question_bank.rules.questions import Asked, Kind, Part

MADE: Mapping[Kind, Any] = {
    Kind.COMMITMENT: {"answer": "yes"},
    Kind.SHORT_TEXT: "Larkfield Sensors",
    Kind.NARRATIVE: "We keep copies apart.\nWe test them.",
    Kind.MONEY: "1250",
    Kind.DURATION: "4h30min",
    Kind.DATE: "2026-03-27",
    Kind.URL: "https://docs.example.test/api",
    Kind.COUNTRY: "GB",
    Kind.COUNTRIES: ["GB", "IE"],
    Kind.LINES: ["Export", "API"],
}


def made_answer(asked: Asked, *, number: int = 1) -> Any:
    """A valid answer as it is stored; rows differ by ``number``."""
    if asked.kind in (Kind.CHOICE, Kind.CHOICES):
        value = asked.options[0].value
        return value if asked.kind is Kind.CHOICE else [value]
    if asked.kind is Kind.NUMBER:
        return str(number + int(asked.at_least or 0))
    if asked.kind is Kind.FILE:
        return [{"name": "report.pdf", "title": "Report"}]
    if isinstance(asked, Part) and asked.schema:
        return made_rows(asked) if asked.kind is Kind.TABLE else made_row(asked, 1)
    value = MADE[asked.kind]
    return f"{value} {number}" if asked.kind is Kind.SHORT_TEXT else value


def made_row(part: Part, number: int) -> dict[str, Any]:
    return {column.id: made_answer(column, number=number) for column in part.schema.columns}


def made_rows(part: Part) -> list[dict[str, Any]]:
    if part.fixed_rows:
        key = part.schema.columns[0].id
        return [made_row(part, 1) | {key: theme} for theme, _ in part.fixed_rows]
    return [made_row(part, number) for number in range(1, max(2, part.rows_at_least) + 1)]


def typed_fields(asked: Asked, name: str, value: Any) -> dict[str, Any]:
    """What a browser would send for ``value``."""
    if isinstance(asked, Part) and asked.schema:
        fields: dict[str, Any] = {}
        for column in asked.schema.columns:
            fields |= typed_fields(column, f"{name}.{column.id}", (value or {}).get(column.id))
        return fields
    if value is None:
        return {}
    if asked.kind is Kind.COMMITMENT:
        return {name: value["answer"], f"{name}-exception": value.get("exception", "")}
    if asked.kind is Kind.DATE:
        day = as_date(value)
        return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}
    if asked.kind is Kind.DURATION:
        hours, minutes = divmod(minutes_in(value), 60)
        return {f"{name}-hours": hours, f"{name}-minutes": minutes}
    return {name: value}
