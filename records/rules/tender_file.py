"""The tender file: what a tender is called and the facts its rules need, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from question_bank.rules.answers import read_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.text import clean_text
from question_bank.rules.questions import Asked, Kind

FORMAT = "supplier-assurance-tender/1"
TEXTS = ("pack", "reference", "title")
AUTHORITY_KEYS = ("name", "address")
KEYS = ("format", *TEXTS, "authority", "quality_weight", "facts")
LONGEST_TEXT = 300
HIGHEST_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class TenderFile:
    """What one tender file says; what it leaves out stands in brackets in the documents."""

    reference: str = "[reference]"
    title: str = "[title of the tender]"
    authority: str = "[the council]"
    authority_address: str = ""
    pack: str = ""
    quality_weight: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def mistakes_and_tender(
    content: Any, fact_specs: Mapping[str, Asked], *, pack: str
) -> tuple[list[str], TenderFile]:
    """Return every mistake, a line that names the key and what was expected, and what was read.

    Facts are returned as stored. A fact left out is no mistake: rules that need it say so.
    """
    if not isinstance(content, Mapping):
        return ["The file must hold one JSON object"], TenderFile()
    mistakes = [*_envelope(content, pack), *_authority(content)]
    facts: dict[str, Any] = {}
    given = content.get("facts", {})
    if not isinstance(given, Mapping):
        return [*mistakes, "facts: must be an object of fact ids and values"], TenderFile()
    for name, value in given.items():
        mistakes.extend(_read_fact(name, value, fact_specs, facts))
    return mistakes, TenderFile() if mistakes else _tender(content, facts)


def _tender(content: Mapping[str, Any], facts: Mapping[str, Any]) -> TenderFile:
    authority = content.get("authority") or {}
    blank = TenderFile()
    return TenderFile(
        reference=content.get("reference") or blank.reference,
        title=content.get("title") or blank.title,
        authority=authority.get("name") or blank.authority,
        authority_address=authority.get("address") or "",
        pack=content.get("pack") or "",
        quality_weight=content.get("quality_weight"),
        facts=facts,
    )


def _envelope(content: Mapping[str, Any], pack: str) -> Iterator[str]:
    for key in content:
        if key not in KEYS:
            yield f"‘{key}’ is not a key of a tender file{_advice(key, KEYS)}"
    if content.get("format") != FORMAT:
        yield f"format: must be “{FORMAT}”"
    for key in TEXTS:
        yield from _text(key, content.get(key))
    if content.get("pack") not in (None, pack):
        yield f"pack: must be “{pack}”, the questionnaire being assessed, or left out"
    weight = content.get("quality_weight")
    if weight is not None and not _is_percent(weight):
        yield "quality_weight: must be a whole number from 0 to 100"


def _is_percent(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 0 <= value <= HIGHEST_WEIGHT


def _authority(content: Mapping[str, Any]) -> Iterator[str]:
    authority = content.get("authority", {})
    if not isinstance(authority, Mapping):
        yield "authority: must be an object with name and address"
        return
    for key, value in authority.items():
        if key not in AUTHORITY_KEYS:
            yield f"authority.{key}: not known; the keys are {', '.join(AUTHORITY_KEYS)}"
        else:
            yield from _text(f"authority.{key}", value)


def _text(key: str, value: Any) -> Iterator[str]:
    if value is None:
        return
    spec = Asked(key, Kind.SHORT_TEXT, key, characters=LONGEST_TEXT)
    if clean_text(spec, value).problems or len(value) > LONGEST_TEXT:
        yield f"{key}: must be readable text of at most {LONGEST_TEXT} characters"


def _read_fact(
    name: str, value: Any, specs: Mapping[str, Asked], facts: dict[str, Any]
) -> Iterator[str]:
    spec = specs.get(name)
    if spec is None:
        yield f"facts.{name}: is not a tender fact{_advice(name, specs)}"
        return
    read = read_answer(spec, value)
    if read.problems:
        yield from (f"facts.{name}: {wrong.message}" for wrong in read.problems)
    elif not is_empty(read.value):
        facts[name] = read.value


def _advice(name: str, known: Any) -> str:
    near = get_close_matches(name, list(known), n=1)
    return f"; did you mean ‘{near[0]}’?" if near else f"; known are {', '.join(known)}"
