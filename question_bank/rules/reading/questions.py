"""Read questions, their parts and outcomes, and the schemas of their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

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
    ContentError,
    Raw,
    asked_keywords,
    condition,
    needed,
    optional_flag,
    read_option,
    refuse_unknown_keys,
    text,
)

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
SCHEMA_KEYS = frozenset(["id", "title", "row_name", "list_columns", "unique", "columns"])


def read_question(
    entry: Raw, schemas: Mapping[str, Schema], themes: Mapping[str, Theme]
) -> Question:
    place = str(entry.get("id", "a question without id"))
    refuse_unknown_keys(entry, QUESTION_KEYS, place)
    return Question(
        id=needed(entry, "id", place),
        version=int(needed(entry, "version", place)),
        topic=needed(entry, "topic", place),
        title=needed(entry, "title", place),
        source=needed(entry, "source", place),
        why=text(needed(entry, "why", place)),
        main_risk=needed(entry, "main_risk", place),
        levels={int(level): text(words) for level, words in needed(entry, "levels", place).items()},
        parts=tuple(read_part(part, schemas, themes) for part in needed(entry, "parts", place)),
        guidance=text(entry.get("guidance", "")),
        minutes=int(entry.get("minutes", 0)),
        weight=Decimal(str(entry.get("weight", 0))),
        controls={name: tuple(map(str, ids)) for name, ids in entry.get("controls", {}).items()},
        law=tuple(entry.get("law", ())),
        pass_when=condition(entry.get("pass_when"), f"{place}, pass_when"),
        pass_says=text(entry.get("pass_says", "")),
        covered_by=tuple(_covered(covered, place) for covered in entry.get("covered_by", ())),
    )


def _covered(entry: Raw, place: str) -> Covered:
    refuse_unknown_keys(entry, ("id", "ask", "part", "column"), place)
    return Covered(entry["id"], entry["ask"], entry["part"], entry.get("column", ""))


def read_part(entry: Raw, schemas: Mapping[str, Schema], themes: Mapping[str, Theme]) -> Part:
    place = str(entry.get("id", "a part without id"))
    refuse_unknown_keys(entry, PART_KEYS, place)
    options = _part_options(entry, place)
    common = asked_keywords(entry, place, options)
    rows = entry.get("rows", {})
    schema = _schema_of(entry, common["kind"], schemas, place)
    if common["kind"] is Kind.COMMITMENT and common["words"] is None:
        common["words"] = 150
    return Part(
        **common,
        ask=text(needed(entry, "ask", place)),
        assessed=PartClass(needed(entry, "class", place)),
        shown_when=condition(entry.get("shown_when"), f"{place}, shown_when"),
        source=text(entry.get("source", "")),
        evidence=text(entry.get("evidence", "")),
        schema=schema,
        rows_at_least=int(rows.get("at_least", 0)),
        rows_at_most=int(rows.get("at_most", 200)),
        fixed_rows=tuple((theme.id, theme.title) for theme in themes.values())
        if entry.get("fixed_rows")
        else (),
        outcomes=(*_option_outcomes(place, options), *_outcomes(entry, place)),
        feeds=tuple(entry.get("feeds", ())),
    )


def _schema_of(entry: Raw, kind: Kind, schemas: Mapping[str, Schema], place: str) -> Schema | None:
    name = entry.get("schema", "CERT" if kind is Kind.CERTIFICATE else None)
    if name is None and kind in (Kind.TABLE, Kind.RECORD):
        raise ContentError(f"{place}: a {kind} needs a ‘schema’")
    if name is not None and name not in schemas:
        raise ContentError(f"{place}: ‘{name}’ is not a table schema")
    return schemas[name] if name else None


def _part_options(entry: Raw, place: str) -> tuple[Option, ...]:
    if entry.get("kind") == Kind.COMMITMENT:
        answers = needed(entry, "answers", place)
        refuse_unknown_keys(answers, COMMITMENT_ANSWERS, f"{place}, answers")
        return tuple(
            read_option({"value": value, "label": "", **(answers.get(value) or {})}, place)
            for value in COMMITMENT_ANSWERS
        )
    return tuple(read_option(option, place) for option in entry.get("options", ()))


def _option_outcomes(part_id: str, options: Iterable[Option]) -> Iterable[Outcome]:
    """A chosen option is the commonest outcome: its condition is that it was chosen."""
    for option in options:
        if option.ceiling is not None or option.flag is not None:
            when = Condition("part", part_id, "chosen", option.value)
            yield Outcome(f"{part_id}:{option.value}", when, option.ceiling, option.flag)


def _outcomes(entry: Raw, part_id: str) -> Iterable[Outcome]:
    for outcome in entry.get("outcomes", ()):
        place = f"{part_id}, outcome {outcome.get('id', '?')}"
        refuse_unknown_keys(outcome, ("id", "when", "ceiling", "flag"), place)
        when = condition(needed(outcome, "when", place), f"{place}, when")
        if when is not None:
            rule = f"{part_id}:{needed(outcome, 'id', place)}"
            yield Outcome(
                rule, when, outcome.get("ceiling"), optional_flag(outcome.get("flag"), place)
            )


def read_schema(entry: Raw) -> Schema:
    place = str(entry.get("id", "a schema without id"))
    refuse_unknown_keys(entry, SCHEMA_KEYS, place)
    columns = []
    for column in needed(entry, "columns", place):
        refuse_unknown_keys(column, COLUMN_KEYS, f"{place}, {column.get('id', '?')}")
        at = f"{place}, {column.get('id', '?')}"
        options = tuple(read_option(option, at) for option in column.get("options", ()))
        columns.append(Asked(**asked_keywords(column, at, options)))
    return Schema(
        id=place,
        title=needed(entry, "title", place),
        row_name=needed(entry, "row_name", place),
        columns=tuple(columns),
        list_columns=tuple(entry.get("list_columns", ())),
        unique=tuple(entry.get("unique", ())),
    )
