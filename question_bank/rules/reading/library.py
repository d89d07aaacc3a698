"""Read the rest of a bank: risks, themes, checks and tender facts; and the bank as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from question_bank.rules.questions import Asked, Bank, CheckCase, Risk, Schema, TenderFact, Theme
from question_bank.rules.reading.common import (
    ASKED_KEYS,
    asked_keywords,
    condition,
    read_flag,
    read_options,
)
from question_bank.rules.reading.frameworks import in_order, read_framework
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    each,
    identifier,
    listed,
    mapping,
    names,
    needed,
    needed_whole,
    needed_words,
    optional_identifier,
    place_of,
    refuse_unknown_keys,
    whole_number,
    words,
    yes_or_no,
)
from question_bank.rules.reading.questions import read_question, read_schema

RISK_KEYS = frozenset(
    [
        "id",
        "title",
        "category",
        "cause",
        "event",
        "consequence",
        "likelihood",
        "impact",
        "treatment",
        "mitigation",
        "clauses",
        "raised_by",
    ]
)
THEME_KEYS = frozenset(["id", "title", "ask", "evidence", "iso_19650_5", "connected_places"])
CASE_KEYS = frozenset(["id", "when", "severity", "risks", "clauses", "says", "clarification"])
CHECK_KEYS = CASE_KEYS | {"title", "cases", "after_marking", "blocks"}
FACT_KEYS = ASKED_KEYS | {"ask", "why", "missing", "messages"}


def read_bank(raw: Raw) -> Bank:
    """Return the bank written in ``raw`` (see ``question_bank.loader`` for its shape).

    Raises ContentError with a sentence for each entry that cannot be read.
    """
    wrong: list[str] = []
    schemas = _schemas(raw, wrong)
    themes = {
        theme.id: theme for theme in each(raw.get("themes"), "themes", read_theme, wrong).values()
    }
    questions = each(
        raw["questions"], "questions", lambda entry: read_question(entry, schemas, themes), wrong
    )
    facts = each(raw["facts"], "facts", read_fact, wrong)
    risks = each(raw["risks"], "risks", read_risk, wrong)
    checks = each(raw.get("checks"), "checks", lambda entry: tuple(read_check(entry)), wrong)
    scale = each([raw["scale"]], "scale", _scale, wrong)
    frameworks = each(raw.get("frameworks"), "frameworks", read_framework, wrong)
    if wrong:
        raise ContentError(*wrong)
    return Bank(
        version=str(raw["version"]),
        questions={question.id: question for question in questions.values()},
        schemas=schemas,
        risks={risk.id: risk for risk in risks.values()},
        themes=themes,
        checks=tuple(case for cases in checks.values() for case in cases),
        facts={fact.spec.id: fact for fact in facts.values()},
        scale=scale[0],
        raw=raw,
        frameworks=in_order(frameworks.values()),
    )


def _schemas(raw: Raw, wrong: list[str]) -> dict[str, Schema]:
    """Return the schemas by id; one that cannot be read still has its name.

    Otherwise each part that uses it would be reported too, and none of them is at fault.
    """
    read = each(raw["schemas"], "schemas", read_schema, wrong)
    given = raw["schemas"] if isinstance(raw["schemas"], list | tuple) else ()
    unread = [
        str(entry.get("id"))
        for number, entry in enumerate(given)
        if number not in read and isinstance(entry, Mapping)
    ]
    empty = {name: Schema(name, "", "", ()) for name in unread}
    return empty | {schema.id: schema for schema in read.values()}


def _scale(entry: Any) -> dict[int, Raw]:
    levels = mapping(entry, "scale")
    for mark, level in levels.items():
        refuse_unknown_keys(level, ("label", "test"), f"scale, {mark}")
        for key in ("label", "test"):
            needed_words(level, key, f"scale, {mark}")
    return {whole_number(mark, "scale"): level for mark, level in levels.items()}


def read_risk(entry: Any) -> Risk:
    place = place_of(entry, "a risk")
    refuse_unknown_keys(entry, RISK_KEYS, place)
    texts = {key: needed_words(entry, key, place) for key in RISK_KEYS - _OPTIONAL_IN_RISK}
    return Risk(
        **texts,
        likelihood=needed_whole(entry, "likelihood", place),
        impact=needed_whole(entry, "impact", place),
        clauses=names(entry, "clauses", place),
        raised_by=optional_identifier(entry, "raised_by", place),
    )


_OPTIONAL_IN_RISK = {"likelihood", "impact", "clauses", "raised_by"}


def read_theme(entry: Any) -> Theme:
    place = place_of(entry, "a theme")
    refuse_unknown_keys(entry, THEME_KEYS, place)
    return Theme(
        id=place,
        title=needed_words(entry, "title", place),
        ask=needed_words(entry, "ask", place),
        evidence=words(entry, "evidence", place),
        iso_19650_5=words(entry, "iso_19650_5", place),
        connected_places=names(entry, "connected_places", place),
    )


def read_check(entry: Any) -> Iterator[CheckCase]:
    """Yield the cases of a check; a check with one case is its own case."""
    place = place_of(entry, "a check")
    refuse_unknown_keys(entry, CHECK_KEYS, place)
    if entry.get("blocks") not in (None, "schedule"):
        raise ContentError(f"{place}: ‘blocks’ can only be ‘schedule’")
    for case in listed(entry.get("cases"), f"{place}, cases") or [entry]:
        rule = place if case is entry else _case_id(case, place)
        yield CheckCase(
            rule=rule if rule.startswith(place) else f"{place}:{rule}",
            title=needed_words(entry, "title", place),
            when=condition(needed(case, "when", rule), f"{rule}, when"),
            flag=read_flag(case, rule),
            clarification=words(case, "clarification", rule)
            or words(entry, "clarification", place),
            after_marking=yes_or_no(entry, "after_marking", place, otherwise=False),
            blocks_schedule=entry.get("blocks") == "schedule",
        )


def _case_id(case: Any, place: str) -> str:
    at = f"{place}, case {mapping(case, f'{place}, cases').get('id', '?')}"
    refuse_unknown_keys(case, CASE_KEYS, at)
    return identifier(case, "id", at)


def read_fact(entry: Any) -> TenderFact:
    place = place_of(entry, "a fact")
    refuse_unknown_keys(entry, FACT_KEYS, place)
    given = {"label": place.replace("_", " "), "required": False, **entry}
    spec = Asked(**asked_keywords(given, place, read_options(entry, place)))
    return TenderFact(spec, ask=needed_words(entry, "ask", place), why=words(entry, "why", place))
