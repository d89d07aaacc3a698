"""What parts, columns and facts have in common: texts, options, flags, conditions."""

from __future__ import annotations

from typing import Any

from question_bank.rules.conditions.grammar import Condition, read_condition
from question_bank.rules.conditions.operands import ConditionError
from question_bank.rules.questions import Flag, Kind, Option, Severity
from question_bank.rules.reading.plain import (
    ContentError,
    Raw,
    exact,
    identifier,
    in_short,
    listed,
    mapping,
    names,
    needed,
    needed_words,
    one_of,
    refuse_unknown_keys,
    sentence,
    whole,
    words,
    yes_or_no,
)

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
OPTION_KEYS = ("value", "label", "hint", "ceiling", "flag")
FLAG_KEYS = frozenset(["severity", "risks", "clauses", "says"])


def condition(entry: Any, place: str) -> Condition:
    try:
        return read_condition(entry, place)
    except ConditionError as error:
        raise ContentError(str(error)) from error


def optional_condition(entry: Raw, key: str, place: str) -> Condition | None:
    return None if entry.get(key) is None else condition(entry[key], f"{place}, {key}")


def asked_keywords(entry: Raw, place: str, options: tuple[Option, ...]) -> dict[str, Any]:
    """Return what parts, columns and facts have in common, as keyword arguments."""
    kind = one_of(Kind, entry, "kind", place, "a kind of part")
    return {
        "id": identifier(entry, "id", place),
        "kind": kind,
        "label": needed_words(entry, "label", place),
        "hint": words(entry, "hint", place),
        "required": yes_or_no(entry, "required", place, otherwise=True),
        "options": options,
        "characters": whole(entry, "characters", place, 200),
        "words": whole(entry, "words", place) if entry.get("words") is not None else None,
        "unit": words(entry, "unit", place),
        "at_least": exact(entry, "at_least", place),
        "at_most": exact(entry, "at_most", place),
        "decimals": whole(entry, "decimals", place, 2 if kind is Kind.MONEY else 0),
        "messages": _messages(entry, place),
    }


def _messages(entry: Raw, place: str) -> dict[str, str]:
    at = f"{place}, messages"
    given = mapping(entry.get("messages") or {}, at)
    messages = {code: sentence(text, f"{at}, {code}") for code, text in given.items()}
    if entry.get("missing"):
        messages["missing"] = words(entry, "missing", place)
    return messages


def read_options(entry: Raw, place: str) -> tuple[Option, ...]:
    given = listed(entry.get("options"), f"{place}, options")
    options = tuple(read_option(option, place) for option in given)
    values = [option.value for option in options]
    for value in values:
        if values.count(value) > 1:
            raise ContentError(
                f"{place}: the option ‘{value}’ is given {values.count(value)} times; "
                "every value is used once"
            )
    return options


def read_option(entry: Any, place: str) -> Option:
    place = f"{place}, option {mapping(entry, f'{place}, options').get('value', '?')}"
    refuse_unknown_keys(entry, OPTION_KEYS, place)
    value = needed(entry, "value", place)
    if not isinstance(value, str):
        raise ContentError(f"{place}: write the value in quotes, as text")
    return Option(
        value=value,
        label=words(entry, "label", place),
        ceiling=read_ceiling(entry, place),
        flag=optional_flag(entry.get("flag"), place),
        hint=words(entry, "hint", place),
    )


def read_ceiling(entry: Raw, place: str) -> int | None:
    """Return the highest mark an answer leaves open; that it is one is checked with the bank."""
    value = entry.get("ceiling")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ContentError(
            f"{place}: the ceiling is a whole number from 0 to 5, not {in_short(value)}"
        )
    return value


def optional_flag(entry: Any, place: str) -> Flag | None:
    if entry is None:
        return None
    refuse_unknown_keys(entry, FLAG_KEYS, f"{place}, flag")
    return read_flag(entry, place)


def read_flag(entry: Raw, place: str) -> Flag:
    return Flag(
        severity=one_of(Severity, entry, "severity", place, "a severity"),
        risks=names(entry, "risks", place),
        says=needed_words(entry, "says", place),
        clauses=names(entry, "clauses", place),
    )
