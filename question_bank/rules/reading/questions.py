"""Read questions, their parts and outcomes, and the schemas of their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.questions import (
    COMMITMENT_ANSWERS,
    Asked,
    Covered,
    Kind,
    Option,
    Outcome,
    Part,
    PartClass,
    Question,
    Schema,
    Theme,
)
from question_bank.rules.reading.common import (
    ASKED_KEYS,
    asked_keywords,
    condition,
    optional_condition,
    optional_flag,
    read_ceiling,
    read_option,
    read_options,
)
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    advice_on_id,
    exact,
    identifier,
    listed,
    mapping,
    names,
    needed,
    needed_whole,
    needed_words,
    one_of,
    optional_identifier,
    place_of,
    refuse_unknown_keys,
    sentence,
    whole,
    whole_number,
    words,
)
from question_bank.rules.reading.tables import read_contradictions, read_offers

COLUMN_KEYS = ASKED_KEYS | {"missing", "messages"}
PART_KEYS = ASKED_KEYS | frozenset(
    [
        "ask",
        "class",
        "shown_when",
        "source",
        "evidence",
        "messages",
        "schema",
        "rows",
        "fixed_rows",
        "answers",
        "outcomes",
        "feeds",
        "offers_rows_from",
    ]
)
QUESTION_KEYS = frozenset(
    [
        "id",
        "version",
        "topic",
        "title",
        "source",
        "why",
        "guidance",
        "minutes",
        "weight",
        "main_risk",
        "controls",
        "law",
        "levels",
        "pass_when",
        "pass_says",
        "covered_by",
        "parts",
    ]
)
SCHEMA_KEYS = frozenset(
    ["id", "title", "row_name", "list_columns", "unique", "columns", "contradictions"]
)


ROWS_KEYS = ("at_least", "at_most")


def read_question(
    entry: Any, schemas: Mapping[str, Schema], themes: Mapping[str, Theme]
) -> Question:
    place = place_of(entry, "a question")
    refuse_unknown_keys(entry, QUESTION_KEYS, place)
    parts = listed(needed(entry, "parts", place), f"{place}, parts")
    covered = listed(entry.get("covered_by"), f"{place}, covered_by")
    return Question(
        id=place,
        version=needed_whole(entry, "version", place),
        topic=identifier(entry, "topic", place),
        title=needed_words(entry, "title", place),
        source=needed_words(entry, "source", place),
        why=needed_words(entry, "why", place),
        main_risk=identifier(entry, "main_risk", place),
        levels=_levels(entry, place),
        parts=tuple(read_part(part, schemas, themes) for part in parts),
        guidance=words(entry, "guidance", place),
        minutes=whole(entry, "minutes", place),
        weight=exact(entry, "weight", place) or Decimal(0),
        controls=_controls(entry, place),
        law=names(entry, "law", place),
        pass_when=optional_condition(entry, "pass_when", place),
        pass_says=words(entry, "pass_says", place),
        covered_by=tuple(_covered(one, place) for one in covered),
    )


def _levels(entry: Raw, place: str) -> dict[int, str]:
    at = f"{place}, levels"
    given = mapping(needed(entry, "levels", place), at)
    return {
        whole_number(level, at): sentence(text, f"{place}, level {level}")
        for level, text in given.items()
    }


def _controls(entry: Raw, place: str) -> dict[str, tuple[str, ...]]:
    given = mapping(entry.get("controls") or {}, f"{place}, controls")
    return {framework: names(given, framework, f"{place}, controls") for framework in given}


def _covered(entry: Any, place: str) -> Covered:
    at = f"{place}, covered_by"
    refuse_unknown_keys(entry, ("id", "ask", "part", "column"), at)
    return Covered(
        identifier(entry, "id", at),
        needed_words(entry, "ask", at),
        identifier(entry, "part", at),
        optional_identifier(entry, "column", at),
    )


def read_part(entry: Any, schemas: Mapping[str, Schema], themes: Mapping[str, Theme]) -> Part:
    place = place_of(entry, "a part")
    refuse_unknown_keys(entry, PART_KEYS, place)
    options = _part_options(entry, place)
    common = asked_keywords(entry, place, options)
    schema = _schema_of(entry, common["kind"], schemas, place)
    if common["kind"] is Kind.COMMITMENT and common["words"] is None:
        common["words"] = 150
    at_least, at_most = _rows(entry, place)
    fixed = optional_identifier(entry, "fixed_rows", place)
    if fixed not in ("", "themes"):
        raise ContentError(f"{place}: ‘fixed_rows’ can only be ‘themes’")
    return Part(
        **common,
        ask=needed_words(entry, "ask", place),
        assessed=one_of(PartClass, entry, "class", place, "a class of part"),
        shown_when=optional_condition(entry, "shown_when", place),
        source=words(entry, "source", place),
        evidence=words(entry, "evidence", place),
        schema=schema,
        rows_at_least=at_least,
        rows_at_most=at_most,
        fixed_rows=tuple((theme.id, theme.title) for theme in themes.values()) if fixed else (),
        outcomes=(*_option_outcomes(place, options), *_outcomes(entry, place)),
        feeds=names(entry, "feeds", place),
        offers=read_offers(entry, place),
    )


def _rows(entry: Raw, place: str) -> tuple[int, int]:
    at = f"{place}, rows"
    given = entry.get("rows") or {}
    refuse_unknown_keys(given, ROWS_KEYS, at)
    return whole(given, "at_least", at, 0), whole(given, "at_most", at, 200)


def _schema_of(entry: Raw, kind: Kind, schemas: Mapping[str, Schema], place: str) -> Schema | None:
    name = optional_identifier(entry, "schema", place)
    if not name and kind is Kind.CERTIFICATE:
        name = "CERT"
    if not name and kind in (Kind.TABLE, Kind.RECORD):
        raise ContentError(f"{place}: a {kind} needs a ‘schema’")
    if name and name not in schemas:
        near = advice_on_id(name, schemas)
        raise ContentError(f"{place}: ‘{name}’ is not a table schema{near}")
    return schemas[name] if name else None


def _part_options(entry: Raw, place: str) -> tuple[Option, ...]:
    if entry.get("kind") != Kind.COMMITMENT:
        return read_options(entry, place)
    at = f"{place}, answers"
    answers = needed(entry, "answers", place)
    refuse_unknown_keys(answers, COMMITMENT_ANSWERS, at)
    return tuple(
        read_option({"value": value, "label": "", **mapping(answers.get(value) or {}, at)}, place)
        for value in COMMITMENT_ANSWERS
    )


def _option_outcomes(part_id: str, options: Iterable[Option]) -> Iterable[Outcome]:
    """A chosen option is the commonest outcome: its condition is that it was chosen."""
    for option in options:
        if option.ceiling is not None or option.flag is not None:
            when = Condition("part", part_id, "chosen", option.value)
            yield Outcome(f"{part_id}:{option.value}", when, option.ceiling, option.flag)


def _outcomes(entry: Raw, part_id: str) -> Iterable[Outcome]:
    for outcome in listed(entry.get("outcomes"), f"{part_id}, outcomes"):
        at = mapping(outcome, f"{part_id}, outcomes").get("id", "?")
        place = f"{part_id}, outcome {at}"
        refuse_unknown_keys(outcome, ("id", "when", "ceiling", "flag"), place)
        yield Outcome(
            f"{part_id}:{identifier(outcome, 'id', place)}",
            condition(needed(outcome, "when", place), f"{place}, when"),
            read_ceiling(outcome, place),
            optional_flag(outcome.get("flag"), place),
        )


def read_schema(entry: Any) -> Schema:
    place = place_of(entry, "a schema")
    refuse_unknown_keys(entry, SCHEMA_KEYS, place)
    columns = listed(needed(entry, "columns", place), f"{place}, columns")
    return Schema(
        id=place,
        title=needed_words(entry, "title", place),
        row_name=needed_words(entry, "row_name", place),
        columns=tuple(_column(column, place) for column in columns),
        list_columns=names(entry, "list_columns", place),
        unique=names(entry, "unique", place),
        contradictions=read_contradictions(entry, place),
    )


def _column(entry: Any, schema: str) -> Asked:
    at = f"{schema}, {mapping(entry, f'{schema}, columns').get('id', '?')}"
    refuse_unknown_keys(entry, COLUMN_KEYS, at)
    return Asked(**asked_keywords(entry, at, read_options(entry, at)))
