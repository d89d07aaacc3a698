"""Read the rest of a bank: risks, themes, checks and tender facts; and the bank as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from question_bank.rules.questions import Asked, Bank, CheckCase, Risk, TenderFact, Theme
from question_bank.rules.reading.common import (
    ASKED_KEYS,
    Raw,
    asked_keywords,
    condition,
    needed,
    read_flag,
    read_option,
    refuse_unknown_keys,
    text,
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
    """Return the bank written in ``raw`` (see ``question_bank.loader`` for its shape)."""
    schemas = {entry.id: entry for entry in map(read_schema, raw["schemas"])}
    themes = {entry.id: entry for entry in map(read_theme, raw.get("themes", ()))}
    questions = [read_question(entry, schemas, themes) for entry in raw["questions"]]
    facts = [read_fact(entry) for entry in raw["facts"]]
    return Bank(
        version=str(raw["version"]),
        questions={question.id: question for question in questions},
        schemas=schemas,
        risks={risk.id: risk for risk in map(read_risk, raw["risks"])},
        themes=themes,
        checks=tuple(case for entry in raw.get("checks", ()) for case in read_check(entry)),
        facts={fact.spec.id: fact for fact in facts},
        scale={int(mark): level for mark, level in raw["scale"].items()},
        raw=raw,
    )


def read_risk(entry: Raw) -> Risk:
    place = str(entry.get("id", "a risk without id"))
    refuse_unknown_keys(entry, RISK_KEYS, place)
    words = {key: text(needed(entry, key, place)) for key in RISK_KEYS - _OPTIONAL_IN_RISK}
    return Risk(
        **words,
        likelihood=int(needed(entry, "likelihood", place)),
        impact=int(needed(entry, "impact", place)),
        clauses=tuple(entry.get("clauses", ())),
        raised_by=entry.get("raised_by", ""),
    )


_OPTIONAL_IN_RISK = {"likelihood", "impact", "clauses", "raised_by"}


def read_theme(entry: Raw) -> Theme:
    place = str(entry.get("id", "a theme without id"))
    refuse_unknown_keys(entry, THEME_KEYS, place)
    return Theme(
        id=needed(entry, "id", place),
        title=text(needed(entry, "title", place)),
        ask=text(needed(entry, "ask", place)),
        evidence=text(entry.get("evidence", "")),
        iso_19650_5=str(entry.get("iso_19650_5", "")),
        connected_places=tuple(map(str, entry.get("connected_places", ()))),
    )


def read_check(entry: Raw) -> Iterable[CheckCase]:
    """Yield the cases of a check; a check with one case is its own case."""
    place = str(entry.get("id", "a check without id"))
    refuse_unknown_keys(entry, CHECK_KEYS, place)
    for case in entry.get("cases") or [entry]:
        if case is not entry:
            refuse_unknown_keys(case, CASE_KEYS, f"{place}, case {case.get('id', '?')}")
        rule = place if case is entry else str(needed(case, "id", place))
        when = condition(needed(case, "when", rule), f"{rule}, when")
        if when is not None:
            yield CheckCase(
                rule=rule if rule.startswith(place) else f"{place}:{rule}",
                title=text(needed(entry, "title", place)),
                when=when,
                flag=read_flag(case, rule),
                clarification=text(case.get("clarification") or entry.get("clarification", "")),
                after_marking=bool(entry.get("after_marking", False)),
                blocks_schedule=entry.get("blocks") == "schedule",
            )


def read_fact(entry: Raw) -> TenderFact:
    place = str(entry.get("id", "a fact without id"))
    refuse_unknown_keys(entry, FACT_KEYS, place)
    options = tuple(read_option(option, place) for option in entry.get("options", ()))
    label = place.replace("_", " ")
    spec = Asked(**asked_keywords({"label": label, "required": False, **entry}, place, options))
    return TenderFact(spec, ask=text(needed(entry, "ask", place)), why=text(entry.get("why", "")))
