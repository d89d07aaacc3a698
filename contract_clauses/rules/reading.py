"""Turn the plain content of the clause library into topics, or say what to mend and where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from contract_clauses.rules.library import (
    Annex,
    ClauseTopic,
    Column,
    Interpretation,
    Library,
    Minimum,
    Obligation,
    Promise,
    Reason,
    Source,
    SubClause,
    Variable,
    VariableKind,
)
from question_bank.rules.conditions.grammar import Condition, ConditionError, read_condition
from question_bank.rules.reading import ContentError, needed, refuse_unknown_keys

Raw = Mapping[str, Any]

LIBRARY_KEYS = ("version", "clauses", "annexes", "definitions", "interpretation")
CLAUSE_KEYS = frozenset(
    [
        "id",
        "version",
        "title",
        "purpose",
        "seen_in",
        "included_when",
        "otherwise",
        "defines",
        "variables",
        "text",
        "note",
    ]
)
VARIABLE_KEYS = frozenset(["label", "kind", "from", "minimum"])
SOURCE_KEYS = frozenset(["part", "column", "distinct", "fact", "default", "leaving_out"])
SUB_CLAUSE_KEYS = frozenset(["text", "items", "when", "obligation"])
TIMINGS = ("every_months", "within_working_days", "within_hours", "before", "on")
OBLIGATION_KEYS = frozenset(["who", "what", "evidence", *TIMINGS])
ANNEX_KEYS = frozenset(["id", "title", "intro", "from", "where", "columns", "empty"])
FROM_KEYS = frozenset(["part", "parts", "generated", "promises"])
PROMISE_KEYS = frozenset(
    ["parts", "says", "evidence", "column", "due", "otherwise_due", "before", "lasts"]
)
LIMITS = ("at_most", "at_least", "within")


def read_library(raw: Raw) -> Library:
    """Return the library written in ``raw`` (see ``contract_clauses.loader`` for its shape)."""
    refuse_unknown_keys(raw, LIBRARY_KEYS, "the clause library")
    topics = [read_topic(entry) for entry in needed(raw, "clauses", "the clause library")]
    annexes = [_annex(entry) for entry in needed(raw, "annexes", "the clause library")]
    _refuse_repeated([topic.id for topic in topics], "clause")
    _refuse_repeated([annex.id for annex in annexes], "annex")
    return Library(
        version=str(needed(raw, "version", "the clause library")),
        fingerprint=_fingerprint(raw),
        interpretation=_interpretation(needed(raw, "interpretation", "the clause library")),
        topics={topic.id: topic for topic in topics},
        annexes={annex.id: annex for annex in annexes},
        definitions=_terms(raw.get("definitions", {})),
        raw=raw,
    )


def _fingerprint(raw: Raw) -> str:
    """Return the SHA-256 of the library in canonical JSON, as a questionnaire is hashed."""
    text = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _refuse_repeated(ids: list[str], thing: str) -> None:
    for name in ids:
        if ids.count(name) > 1:
            raise ContentError(f"{name}: this {thing} is given twice; every id is used once")


def read_topic(entry: Raw) -> ClauseTopic:
    place = str(entry.get("id", "a clause without id"))
    refuse_unknown_keys(entry, CLAUSE_KEYS, place)
    when, reasons = _included_when(needed(entry, "included_when", place), place)
    variables = entry.get("variables") or {}
    return ClauseTopic(
        id=needed(entry, "id", place),
        version=int(needed(entry, "version", place)),
        title=_line(needed(entry, "title", place)),
        purpose=_line(needed(entry, "purpose", place)),
        seen_in=_line(entry.get("seen_in", "")),
        included_when=when,
        reasons=reasons,
        text=_sub_clauses(needed(entry, "text", place), place),
        otherwise=_line(entry.get("otherwise", "")),
        defines=_terms(entry.get("defines") or {}),
        variables={
            str(name): _variable(str(name), variable, place) for name, variable in variables.items()
        },
        note=_line(entry.get("note", "")),
    )


def _line(words: Any) -> str:
    """Content may be folded over lines; a contract's paragraph is one."""
    return " ".join(str(words).split())


def _terms(entries: Raw) -> Mapping[str, str]:
    return {str(term): _line(meaning) for term, meaning in entries.items()}


def _condition(entry: Any, place: str) -> Condition:
    try:
        return read_condition(entry, place)
    except ConditionError as error:
        raise ContentError(str(error)) from error


def _included_when(entry: Any, place: str) -> tuple[Condition, tuple[Reason, ...]]:
    """Return the condition, and the reasons its members give in ``says``, if they do.

    The condition is the same with and without them: words never decide.
    """
    where = f"{place}, included_when"
    members = entry.get("any") if isinstance(entry, Mapping) else None
    if not isinstance(members, list):
        return _condition(entry, where), ()
    bare = [
        {key: value for key, value in member.items() if key != "says"}
        if isinstance(member, Mapping)
        else member
        for member in members
    ]
    reasons = tuple(
        Reason(_condition(condition, where), _line(member["says"]))
        for member, condition in zip(members, bare, strict=True)
        if isinstance(member, Mapping) and "says" in member
    )
    return _condition({**entry, "any": bare}, where), reasons


def _optional_condition(entry: Any, place: str) -> Condition | None:
    return None if entry is None else _condition(entry, place)


def _sub_clauses(entries: Iterable[Any], place: str) -> tuple[SubClause, ...]:
    return tuple(
        _sub_clause(entry, f"{place}, sub-clause {number}")
        for number, entry in enumerate(entries, start=1)
    )


def _sub_clause(entry: Any, place: str) -> SubClause:
    if isinstance(entry, str):
        return SubClause(_line(entry))
    if not isinstance(entry, Mapping):
        raise ContentError(f"{place}: write a sentence, or a mapping with ‘text’")
    refuse_unknown_keys(entry, SUB_CLAUSE_KEYS, place)
    return SubClause(
        text=_line(needed(entry, "text", place)),
        items=tuple(map(_line, entry.get("items", ()))),
        when=_optional_condition(entry.get("when"), f"{place}, when"),
        obligation=_obligation(entry.get("obligation"), f"{place}, obligation"),
    )


def _obligation(entry: Raw | None, place: str) -> Obligation | None:
    if entry is None:
        return None
    refuse_unknown_keys(entry, OBLIGATION_KEYS, place)
    timings = [key for key in TIMINGS if key in entry]
    if len(timings) > 1:
        raise ContentError(f"{place}: give one of {', '.join(timings)}, not several")
    timing = timings[0] if timings else ""
    return Obligation(
        who=needed(entry, "who", place),
        what=_line(needed(entry, "what", place)),
        evidence=_line(needed(entry, "evidence", place)),
        timing=timing,
        at=entry.get(timing) if timing else None,
    )


def _variable(name: str, entry: Raw, clause: str) -> Variable:
    place = f"{clause}, variable {name}"
    refuse_unknown_keys(entry, VARIABLE_KEYS, place)
    try:
        kind = VariableKind(needed(entry, "kind", place))
    except ValueError:
        known = ", ".join(VariableKind)
        raise ContentError(f"{place}: ‘{entry['kind']}’ is none of {known}") from None
    return Variable(
        name=name,
        label=_line(needed(entry, "label", place)),
        kind=kind,
        sources=tuple(_source(source, place) for source in entry.get("from", ())),
        minimum=_minimum(entry.get("minimum"), place),
    )


def _source(entry: Raw, place: str) -> Source:
    refuse_unknown_keys(entry, SOURCE_KEYS, f"{place}, from")
    if sum(key in entry for key in ("part", "fact", "default")) != 1:
        raise ContentError(f"{place}: each source is one of ‘part’, ‘fact’ or ‘default’")
    return Source(
        part=entry.get("part", ""),
        column=entry.get("column", ""),
        fact=entry.get("fact", ""),
        default=entry.get("default"),
        leaving_out=tuple(entry.get("leaving_out", ())),
    )


def _minimum(entry: Raw | None, place: str) -> Minimum | None:
    if entry is None:
        return None
    refuse_unknown_keys(entry, (*LIMITS, "deviation"), f"{place}, minimum")
    operators = [key for key in LIMITS if key in entry]
    if len(operators) != 1:
        raise ContentError(f"{place}, minimum: give exactly one of {', '.join(LIMITS)}")
    deviation = _line(needed(entry, "deviation", f"{place}, minimum"))
    return Minimum(operators[0], entry[operators[0]], deviation)


def _annex(entry: Raw) -> Annex:
    place = f"annex {entry.get('id', 'without id')}"
    refuse_unknown_keys(entry, ANNEX_KEYS, place)
    origin = needed(entry, "from", place)
    refuse_unknown_keys(origin, FROM_KEYS, f"{place}, from")
    where = entry.get("where")
    return Annex(
        id=needed(entry, "id", place),
        title=_line(needed(entry, "title", place)),
        intro=_line(needed(entry, "intro", place)),
        columns=tuple(_column(column, place) for column in needed(entry, "columns", place)),
        empty=_line(needed(entry, "empty", place)),
        parts=tuple(origin.get("parts", ())) or ((origin["part"],) if "part" in origin else ()),
        generated=origin.get("generated", ""),
        where=_cells_condition(where, place) if where else None,
        promises=tuple(_promise(promise, place) for promise in origin.get("promises", ())),
    )


def _cells_condition(entry: Any, place: str) -> Condition:
    try:
        return read_condition(entry, f"{place}, where", in_row=True)
    except ConditionError as error:
        raise ContentError(str(error)) from error


def _column(entry: Raw, place: str) -> Column:
    refuse_unknown_keys(entry, ("id", "label", "width"), f"{place}, columns")
    return Column(needed(entry, "id", place), needed(entry, "label", place), int(entry["width"]))


def _promise(entry: Raw, place: str) -> Promise:
    refuse_unknown_keys(entry, PROMISE_KEYS, f"{place}, promises")
    return Promise(
        parts=tuple(needed(entry, "parts", place)),
        says=_line(needed(entry, "says", place)),
        evidence=_line(needed(entry, "evidence", place)),
        column=entry.get("column", ""),
        due=entry.get("due", ""),
        otherwise_due=entry.get("otherwise_due", ""),
        before=entry.get("before", ""),
        lasts=str(entry.get("lasts", "")) == "yes",
    )


def _interpretation(entry: Raw) -> Interpretation:
    refuse_unknown_keys(entry, ("title", "text"), "interpretation")
    return Interpretation(
        _line(needed(entry, "title", "interpretation")),
        _sub_clauses(needed(entry, "text", "interpretation"), "interpretation"),
    )
