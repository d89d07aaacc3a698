"""Form fields of answers: one entry for each kind, between what is typed and what is stored.

``read_answer`` of the question bank decides whether a value will do; here a posted form becomes
the value it reads, and a stored value becomes what stands in the boxes. What was typed stays as
it was typed until it is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from question_bank.rules.answers import read_answer, show_answer
from question_bank.rules.kinds import Problem, Read, is_empty
from question_bank.rules.kinds.amounts import as_date, minutes_in
from question_bank.rules.kinds.choices import ANSWERS_IN_WORDS, countries
from question_bank.rules.kinds.rows import read_row
from question_bank.rules.kinds.text import word_count
from question_bank.rules.questions import ROWED, Asked, Kind, Part

# Suffix of the input's name → what stands in the box; a list for checkboxes.
Typed = Mapping[str, Any]


@dataclass(frozen=True)
class FieldRules:
    """How one kind is typed. ``shape`` names the macro that shows it."""

    shape: str
    value: Callable[[Typed], Any]
    typed: Callable[[Any], Typed]
    suffixes: tuple[str, ...] = ("",)
    check: Callable[[Typed], str] = lambda _typed: ""

    def posted(self, name: str, form: MultiDict[str, str]) -> Typed:
        if self.shape == "checkboxes":
            return {"": form.getlist(name)}
        return {suffix: form.get(_joined(name, suffix), "") for suffix in self.suffixes}


@dataclass
class Entry:
    """One thing to fill in on a page: what is asked, what stands in it, what is wrong with it."""

    asked: Asked
    name: str
    typed: Typed = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    # The cells of a record, in the order of its columns.
    cells: tuple[Entry, ...] = ()
    # A stored record in words; empty for one that was typed and is not saved.
    in_words: str = ""

    @property
    def id(self) -> str:
        return self.name.replace(".", "-")

    @property
    def shape(self) -> str:
        return FIELDS[self.asked.kind].shape

    @property
    def words_used(self) -> int:
        """Return how many words stand in the box, counted as they are when it is saved."""
        return word_count(
            str(self.typed.get("exception" if self.shape == "commitment" else "", ""))
        )

    @property
    def focus_id(self) -> str:
        """The id of the input an error message leads to."""
        if self.cells:
            return self.cells[0].focus_id
        suffixes = FIELDS[self.asked.kind].suffixes
        if self.shape in ("radios", "checkboxes", "commitment"):
            return f"{self.id}-0"
        return _joined(self.id, suffixes[0])

    @property
    def text(self) -> str:
        """What is asked, in the words of the page."""
        words = self.asked.ask if isinstance(self.asked, Part) else self.asked.label
        return words if self.asked.required else f"{words} (optional)"

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """The options as (value, label, hint)."""
        if self.asked.kind is Kind.COMMITMENT:
            return [(value, words, "") for value, words in ANSWERS_IN_WORDS.items()]
        if self.asked.kind is Kind.COUNTRY:
            return [(code, name, "") for code, name in countries().items()]
        return [(option.value, option.label, option.hint) for option in self.asked.options]

    @property
    def value(self) -> Any:
        if self.asked.kind in ROWED:
            cells = {cell.asked.id: cell.value for cell in self.cells}
            return {name: value for name, value in cells.items() if not is_empty(value)}
        return FIELDS[self.asked.kind].value(self.typed)

    def read(self) -> Read:
        """Return the value as it would be stored; note at each box what is wrong with it."""
        problems = self._checked()
        if problems:
            return Read(None, problems)
        read = read_answer(self.asked, self.value)
        self.note(read.problems)
        return read

    def note(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem at the cell it names, or here."""
        cells = {cell.asked.id: cell for cell in self.cells}
        for wrong in problems:
            cells.get(wrong.column, self).errors.append(wrong.message)

    def all_errors(self) -> list[tuple[str, str]]:
        """Return (message, id of the box) for everything noted here and in the cells."""
        mine = [(message, self.focus_id) for message in self.errors]
        return mine + [found for cell in self.cells for found in cell.all_errors()]

    def _checked(self) -> tuple[Problem, ...]:
        wrong = FIELDS[self.asked.kind].check(self.typed)
        if wrong:
            self.errors.append(wrong)
            return (Problem(wrong, "unclear"),)
        return tuple(problem for cell in self.cells for problem in cell._checked())


def stored_entry(asked: Asked, name: str, value: Any) -> Entry:
    """Return the entry for an answer as it stands."""
    if asked.kind in ROWED:
        given = value if isinstance(value, Mapping) else {}
        cells = (stored_entry(c, f"{name}.{c.id}", given.get(c.id)) for c in _columns(asked))
        words = show_answer(asked, given) if given and asked.kind is not Kind.TABLE else ""
        return Entry(asked, name, cells=tuple(cells), in_words=words)
    rules = FIELDS[asked.kind]
    return Entry(asked, name, {} if is_empty(value) else rules.typed(value))


def posted_entry(asked: Asked, name: str, form: MultiDict[str, str]) -> Entry:
    """Return the entry for what was typed."""
    if asked.kind in ROWED:
        cells = (posted_entry(c, f"{name}.{c.id}", form) for c in _columns(asked))
        return Entry(asked, name, cells=tuple(cells))
    return Entry(asked, name, FIELDS[asked.kind].posted(name, form))


def read_row_entry(entry: Entry) -> Read:
    """Return a table's row as it would be stored; note at each cell what is wrong with it."""
    problems = entry._checked()
    if problems or not isinstance(entry.asked, Part):
        return Read(None, problems)
    read = read_row(entry.asked, entry.value, 0)
    entry.note(read.problems)
    return read


def _columns(asked: Asked) -> tuple[Asked, ...]:
    return asked.schema.columns if isinstance(asked, Part) and asked.schema else ()


def _joined(name: str, suffix: str) -> str:
    return f"{name}-{suffix}" if suffix else name


def _text(typed: Typed) -> str:
    return str(typed.get("", ""))


def _as_text(value: Any) -> Typed:
    return {"": str(value)}


def _commitment(typed: Typed) -> Any:
    return {"answer": _text(typed), "exception": typed.get("exception", "")}


def _commitment_typed(value: Any) -> Typed:
    return {"": value.get("answer", ""), "exception": value.get("exception", "")}


def _commitment_check(typed: Typed) -> str:
    """Words beside a plain "yes" would not be kept, so they are not silently dropped."""
    if _text(typed) == "yes" and str(typed.get("exception", "")).strip():
        return "Select “Yes, with an exception”, or remove what you wrote under “Yes”"
    return ""


def _date(typed: Typed) -> str:
    day, month, year = (str(typed.get(part, "")).strip() for part in ("day", "month", "year"))
    if not (day or month or year):
        return ""
    if len(year) == 4 and 0 < len(day) <= 2 and 0 < len(month) <= 2:
        return f"{year}-{month.zfill(2)}-{day.zfill(2)}"
    return f"{day} {month} {year}"


def _date_typed(value: Any) -> Typed:
    day = as_date(value)
    if day is None:
        return {}
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def _duration(typed: Typed) -> str:
    hours, minutes = (str(typed.get(part, "")).strip() for part in ("hours", "minutes"))
    if not (hours or minutes):
        return ""
    return " ".join(filter(None, (hours and f"{hours}h", minutes and f"{minutes}min")))


def _duration_typed(value: Any) -> Typed:
    hours, minutes = divmod(minutes_in(value) or 0, 60)
    return {"hours": str(hours), "minutes": str(minutes) if minutes else ""}


def _lines(typed: Typed) -> list[str]:
    return [line for line in _text(typed).splitlines() if line.strip()]


def _lines_typed(value: Any) -> Typed:
    return {"": "\n".join(value)}


def _nothing(_typed: Typed) -> None:
    """Files and rows are typed on pages of their own."""


TEXT = FieldRules("text", _text, _as_text)
RECORD = FieldRules("record", _nothing, lambda _value: {})

FIELDS: Mapping[Kind, FieldRules] = {
    Kind.COMMITMENT: FieldRules(
        "commitment", _commitment, _commitment_typed, ("", "exception"), _commitment_check
    ),
    Kind.CHOICE: FieldRules("radios", _text, _as_text),
    Kind.CHOICES: FieldRules(
        "checkboxes", lambda typed: list(typed.get("", [])), lambda value: {"": list(value)}
    ),
    Kind.SHORT_TEXT: TEXT,
    Kind.NARRATIVE: FieldRules("textarea", _text, _as_text),
    Kind.NUMBER: FieldRules("number", _text, _as_text),
    Kind.MONEY: FieldRules("money", _text, _as_text),
    Kind.DURATION: FieldRules("duration", _duration, _duration_typed, ("hours", "minutes")),
    Kind.DATE: FieldRules("date", _date, _date_typed, ("day", "month", "year")),
    Kind.URL: FieldRules("url", _text, _as_text),
    Kind.COUNTRY: FieldRules("select", _text, _as_text),
    Kind.CERTIFICATE: RECORD,
    Kind.RECORD: RECORD,
    Kind.TABLE: FieldRules("table", _nothing, lambda _value: {}),
    Kind.FILE: FieldRules("file", _nothing, lambda _value: {}),
    Kind.COUNTRIES: FieldRules("lines", _lines, _lines_typed),
    Kind.LINES: FieldRules("lines", _lines, _lines_typed),
}
