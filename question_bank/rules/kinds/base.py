"""What every kind of answer must be able to do, and how it says that a value will not do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from question_bank.rules.questions import Asked

# The sentence for each way to be wrong, where the content gives none of its own. ``{label}`` is the
# thing asked for in lower case; the other names are limits.
MESSAGES: Mapping[str, str] = {
    "missing": "Enter {label}",
    "select": "Select {label}",
    "unknown_option": "Select one of the answers listed for {label}: {options}",
    "not_text": "Enter {label} as text",
    "too_long": "{Label} must be {characters} characters or fewer; you have written {count}",
    "too_many_words": "{Label} must be {words} words or fewer; you have written {count}",
    "unreadable": "{Label} contains a character that cannot be stored ({character}); remove it",
    "not_a_number": "{Label} must be {what}, like {like}",
    "too_precise": "{Label} must have at most {decimals} decimal places",
    "too_small": "{Label} must be {at_least} or more",
    "too_big": "{Label} must be {at_most} or less",
    "not_a_duration": "{Label} must be a length of time, like 4h, 90min or 1d 6h",
    "not_a_date": "{Label} must be a real date, like 27 3 2026",
    "not_a_url": "{Label} must be a web address that starts with https:// or http://",
    "not_a_country": "Select a country for {label}",
    "no_exception": "Enter the exception to {label}, or answer “yes” without one",
    "not_commitment": "Answer {label} with yes, yes-with-exception or no",
    "not_a_row": "{Label} must be a set of named entries",
    "not_rows": "{Label} must be a list of rows",
    "too_few_rows": "Add at least {rows} rows to {label}, one for each {row_name}",
    "no_rows": "Add at least one {row_name} to {label}",
    "too_many_rows": "{Label} can have at most {rows} rows; you have {count}",
    "duplicate_row": "Row {row} repeats row {first}; each {row_name} can be listed once",
    "unknown_column": "‘{column}’ is not a column of {label}{advice}",
    "fixed_rows": "{Label} must answer each given row once; {column} is missing or repeated",
    "not_files": "{Label} must be a list of files, each with a name",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an answer, in a sentence. ``row`` counts from 1; 0: not in a row."""

    message: str
    code: str
    row: int = 0
    column: str = ""


class Read(NamedTuple):
    """A value as it is stored, and what is wrong with it. A wrong value is never stored."""

    value: Any
    problems: tuple[Problem, ...] = ()


def problem(asked: Asked, code: str, **limits: object) -> Problem:
    """Return the problem ``code`` in the content's words for it, or in ours."""
    words = asked.messages.get(code)
    if words is None and code in ("select", "missing"):
        words = asked.messages.get("missing")
    label = asked.label[:1].lower() + asked.label[1:]
    if asked.label[1:2].isupper():  # an abbreviation, such as RTO, keeps its capitals
        label = asked.label
    named = {"label": label, "Label": asked.label, **limits}
    return Problem((words or MESSAGES[code]).format_map(_Limits(named)), code)


class _Limits(dict[str, object]):
    """Content may contain braces of its own: an unknown name stays as it was written."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@dataclass(frozen=True, slots=True)
class KindRules:
    """The registry entry of one kind.

    ``read`` takes a value from JSON or a form and returns it as stored; ``show`` returns it as
    plain text for a page, a cell or a paragraph; ``comparable`` returns what conditions compare,
    or None when there is nothing to compare; ``json_schema`` describes it in the answer file.
    """

    read: Callable[[Any, Any], Read]
    show: Callable[[Any, Any], str]
    comparable: Callable[[Any], Any]
    json_schema: Callable[[Any], Mapping[str, Any]]


def is_empty(value: object) -> bool:
    """Return whether nothing was answered: None, blank text, or a list or mapping of nothing.

    Asked thousands of times for a bid, so the plain types come first.
    """
    kind = type(value)
    if kind is str:
        return not value or value.isspace()  # type: ignore[attr-defined]
    if value is None:
        return True
    if kind is dict:
        return all(map(is_empty, value.values()))  # type: ignore[attr-defined]
    if isinstance(value, (list, tuple)):  # noqa: UP038 - a union is made again at every call
        return all(map(is_empty, value))
    if isinstance(value, str):
        return not value or value.isspace()
    if isinstance(value, Mapping):
        return all(is_empty(entry) for entry in value.values())
    return False
