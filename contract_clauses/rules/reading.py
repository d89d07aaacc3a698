"""Turn the plain content of the clause library into topics, or say what to mend and where."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from contract_clauses.rules.annex_reading import read_annex
from contract_clauses.rules.depth_reading import (
    read_depths,
    read_sub_clauses,
    read_the_condition,
)
from contract_clauses.rules.library import (
    ClauseTopic,
    Interpretation,
    Library,
    Minimum,
    Reason,
    Source,
    Variable,
    VariableKind,
)
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    each,
    in_short,
    line,
    listed,
    mapping,
    names,
    needed,
    needed_line,
    needed_whole,
    optional_identifier,
    place_of,
    refuse_unknown_keys,
)

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
        "depths",
        "note",
    ]
)
VARIABLE_KEYS = frozenset(["label", "kind", "from", "minimum"])
SOURCE_KEYS = frozenset(["part", "column", "distinct", "fact", "default", "leaving_out"])
LIMITS = ("at_most", "at_least", "within")


def read_library(raw: Raw) -> Library:
    """Return the library written in ``raw`` (see ``contract_clauses.loader`` for its shape)."""
    refuse_unknown_keys(raw, LIBRARY_KEYS, "the clause library")
    wrong: list[str] = []
    clauses = needed(raw, "clauses", "the clause library")
    topics = list(each(clauses, "clauses", read_topic, wrong).values())
    written = needed(raw, "annexes", "the clause library")
    annexes = list(each(written, "annexes", read_annex, wrong).values())
    if wrong:
        raise ContentError(*wrong)
    _refuse_repeated([topic.id for topic in topics], "clause")
    _refuse_repeated([annex.id for annex in annexes], "annex")
    return Library(
        version=str(needed(raw, "version", "the clause library")),
        fingerprint=_fingerprint(raw),
        interpretation=_interpretation(needed(raw, "interpretation", "the clause library")),
        topics={topic.id: topic for topic in topics},
        annexes={annex.id: annex for annex in annexes},
        definitions=_terms(raw.get("definitions"), "definitions"),
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


def read_topic(entry: Any) -> ClauseTopic:
    place = place_of(entry, "a clause")
    refuse_unknown_keys(entry, CLAUSE_KEYS, place)
    when, reasons = _included_when(needed(entry, "included_when", place), place)
    variables = mapping(entry.get("variables") or {}, f"{place}, variables")
    text, depths = read_depths(entry, place)
    return ClauseTopic(
        id=place,
        version=needed_whole(entry, "version", place),
        title=needed_line(entry, "title", place),
        purpose=needed_line(entry, "purpose", place),
        seen_in=line(entry.get("seen_in"), f"{place}, seen_in"),
        included_when=when,
        reasons=reasons,
        text=text,
        depths=depths,
        otherwise=line(entry.get("otherwise"), f"{place}, otherwise"),
        defines=_terms(entry.get("defines"), f"{place}, defines"),
        variables={
            str(name): read_variable(str(name), variable, place)
            for name, variable in variables.items()
        },
        note=line(entry.get("note"), f"{place}, note"),
    )


def _terms(entries: Any, place: str) -> Mapping[str, str]:
    return {
        str(term): line(meaning, f"{place}, {term}")
        for term, meaning in mapping(entries or {}, place).items()
    }


def _included_when(entry: Any, place: str) -> tuple[Condition, tuple[Reason, ...]]:
    """Return the condition, and the reasons its members give in ``says``, if they do.

    The condition is the same with and without them: words never decide.
    """
    where = f"{place}, included_when"
    members = entry.get("any") if isinstance(entry, Mapping) else None
    if not isinstance(members, list):
        return read_the_condition(entry, where), ()
    bare = [
        {key: value for key, value in member.items() if key != "says"}
        if isinstance(member, Mapping)
        else member
        for member in members
    ]
    reasons = tuple(
        Reason(read_the_condition(condition, where), line(member["says"], f"{where}, says"))
        for member, condition in zip(members, bare, strict=True)
        if isinstance(member, Mapping) and "says" in member
    )
    return read_the_condition({**entry, "any": bare}, where), reasons


def read_variable(name: str, entry: Any, clause: str) -> Variable:
    """Return one value of a clause. Raises ContentError."""
    place = f"{clause}, variable {name}"
    refuse_unknown_keys(entry, VARIABLE_KEYS, place)
    try:
        kind = VariableKind(needed(entry, "kind", place))
    except ValueError:
        known = ", ".join(VariableKind)
        raise ContentError(f"{place}: ‘{entry['kind']}’ is none of {known}") from None
    return Variable(
        name=name,
        label=needed_line(entry, "label", place),
        kind=kind,
        sources=tuple(
            _source(source, place) for source in listed(entry.get("from"), f"{place}, from")
        ),
        minimum=_minimum(entry.get("minimum"), place),
    )


def _source(entry: Any, place: str) -> Source:
    at = f"{place}, from"
    refuse_unknown_keys(entry, SOURCE_KEYS, at)
    if sum(key in entry for key in ("part", "fact", "default")) != 1:
        raise ContentError(f"{place}: each source is one of ‘part’, ‘fact’ or ‘default’")
    return Source(
        part=optional_identifier(entry, "part", at),
        column=optional_identifier(entry, "column", at),
        fact=optional_identifier(entry, "fact", at),
        default=entry.get("default"),
        leaving_out=names(entry, "leaving_out", at),
    )


def _minimum(entry: Any, place: str) -> Minimum | None:
    if entry is None:
        return None
    refuse_unknown_keys(entry, (*LIMITS, "deviation", "law"), f"{place}, minimum")
    operators = [key for key in LIMITS if key in entry]
    if len(operators) != 1:
        raise ContentError(f"{place}, minimum: give exactly one of {', '.join(LIMITS)}")
    deviation = needed_line(entry, "deviation", f"{place}, minimum")
    value = entry[operators[0]]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ContentError(f"{place}, minimum: write a figure or a fact, not {in_short(value)}")
    return Minimum(operators[0], value, deviation, line(entry.get("law"), f"{place}, minimum, law"))


def _interpretation(entry: Any) -> Interpretation:
    refuse_unknown_keys(entry, ("title", "text"), "interpretation")
    return Interpretation(
        needed_line(entry, "title", "interpretation"),
        read_sub_clauses(needed(entry, "text", "interpretation"), "interpretation"),
    )
