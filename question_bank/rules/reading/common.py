"""What reading any content needs: known keys with a remedy, texts, options, flags, conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.conditions.grammar import Condition, ConditionError, read_condition
from question_bank.rules.questions import Flag, Kind, Option, Severity

Raw = Mapping[str, Any]

ASKED_KEYS = frozenset(
    [
        "id",
        "kind",
        "label",
        "hint",
        "required",
        "options",
        "characters",
        "words",
        "unit",
        "at_least",
        "at_most",
        "decimals",
    ]
)
FLAG_KEYS = frozenset(["severity", "risks", "clauses", "says"])


class ContentError(DomainError):
    """Content is wrong; the message names the place and the remedy."""


def refuse_unknown_keys(entry: Raw, known: Collection[str], place: str) -> None:
    for key in entry:
        if key not in known:
            near = get_close_matches(str(key), sorted(known), n=1)
            advice = f"; did you mean ‘{near[0]}’?" if near else ""
            raise ContentError(f"{place}: ‘{key}’ is not a known key{advice}")


def needed(entry: Raw, key: str, place: str) -> Any:
    if entry.get(key) in (None, "", []):
        raise ContentError(f"{place}: ‘{key}’ is missing")
    return entry[key]


def text(words: Any) -> str:
    return str(words).strip()


def condition(entry: Any, place: str) -> Condition | None:
    if entry is None:
        return None
    try:
        return read_condition(entry, place)
    except ConditionError as error:
        raise ContentError(str(error)) from error


def asked_keywords(entry: Raw, place: str, options: tuple[Option, ...]) -> dict[str, Any]:
    """Return what parts, columns and facts have in common, as keyword arguments."""
    try:
        kind = Kind(needed(entry, "kind", place))
    except ValueError:
        near = get_close_matches(str(entry["kind"]), list(Kind), n=1)
        advice = f"; did you mean ‘{near[0]}’?" if near else ""
        raise ContentError(f"{place}: ‘{entry['kind']}’ is not a kind of part{advice}") from None
    messages = dict(entry.get("messages", {}))
    if entry.get("missing"):
        messages["missing"] = entry["missing"]
    return {
        "id": needed(entry, "id", place),
        "kind": kind,
        "label": text(needed(entry, "label", place)),
        "hint": text(entry.get("hint", "")),
        "required": entry.get("required", True),
        "options": options,
        "characters": int(entry.get("characters", 200)),
        "words": int(entry["words"]) if "words" in entry else None,
        "unit": entry.get("unit", ""),
        "at_least": decimal(entry.get("at_least")),
        "at_most": decimal(entry.get("at_most")),
        "decimals": int(entry.get("decimals", 2 if kind is Kind.MONEY else 0)),
        "messages": {code: text(words) for code, words in messages.items()},
    }


def decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def read_option(entry: Raw, place: str) -> Option:
    place = f"{place}, option {entry.get('value', '?')}"
    refuse_unknown_keys(entry, ("value", "label", "hint", "ceiling", "flag"), place)
    value = needed(entry, "value", place)
    if not isinstance(value, str):
        raise ContentError(f"{place}: write the value in quotes, as text")
    return Option(
        value=value,
        label=text(entry.get("label", "")),
        ceiling=entry.get("ceiling"),
        flag=optional_flag(entry.get("flag"), place),
        hint=text(entry.get("hint", "")),
    )


def optional_flag(entry: Raw | None, place: str) -> Flag | None:
    if entry is None:
        return None
    refuse_unknown_keys(entry, FLAG_KEYS, f"{place}, flag")
    return read_flag(entry, place)


def read_flag(entry: Raw, place: str) -> Flag:
    try:
        severity = Severity(needed(entry, "severity", place))
    except ValueError:
        known = ", ".join(Severity)
        raise ContentError(f"{place}: ‘{entry['severity']}’ is none of {known}") from None
    says = text(needed(entry, "says", place))
    return Flag(severity, tuple(entry.get("risks", ())), says, tuple(entry.get("clauses", ())))
