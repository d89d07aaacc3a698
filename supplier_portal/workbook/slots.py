"""Which cells an answer takes: one entry for each kind, from the stored value to cells and back.

What a cell holds becomes the value that ``read_answer`` of the question bank reads: whether it will
do is decided there, alike for a page, an answer file and a workbook.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.kinds.choices import ANSWERS_IN_WORDS, countries
from question_bank.rules.questions import Asked, Kind
from supplier_portal.workbook.entered import Entered, Unfit, day_in, number_in, text_in, tick_in

YES = "Yes"
EXCEPTION = "exception"
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Slot:
    """One cell of an answer. ``suffix`` is its name within the answer, empty for the only one."""

    suffix: str
    label: str = ""
    how: str = ""
    choices: tuple[str, ...] = ()
    words: int | None = None
    characters: int | None = None


Cells = Mapping[str, Entered]


@dataclass(frozen=True, slots=True)
class CellRules:
    """How one kind stands in cells. ``value`` raises Unfit for what no value can be made of."""

    slots: Callable[[Asked], tuple[Slot, ...]]
    texts: Callable[[Asked, Any], dict[str, str]]
    value: Callable[[Asked, Cells], Any]


def slots_of(asked: Asked) -> tuple[Slot, ...]:
    """Return the cells of an answer, none for kinds that are answered elsewhere."""
    return CELLS[asked.kind].slots(asked)


def texts_of(asked: Asked, value: Any) -> dict[str, str]:
    """Return what stands in the cells of a stored answer, by suffix."""
    return {} if value is None else CELLS[asked.kind].texts(asked, value)


def value_of(asked: Asked, cells: Cells) -> Any:
    """Return the value the cells hold, as ``read_answer`` takes it. Raises Unfit."""
    return CELLS[asked.kind].value(asked, cells)


def _one(how: Callable[[Asked], str]) -> Callable[[Asked], tuple[Slot, ...]]:
    return lambda asked: (Slot("", how=how(asked)),)


def _text_slots(asked: Asked) -> tuple[Slot, ...]:
    if asked.kind is Kind.NARRATIVE:
        how = f"In words, up to {asked.words:,}" if asked.words else "In words"
        return (Slot("", how=how, words=asked.words),)
    how = f"Text of up to {asked.characters:,} characters"
    return (Slot("", how=how, characters=asked.characters),)


def _commitment_slots(asked: Asked) -> tuple[Slot, ...]:
    choices = tuple(ANSWERS_IN_WORDS.values())
    return (
        Slot("", how="Choose " + "; ".join(choices), choices=choices),
        Slot(
            EXCEPTION,
            "The exception, or why not",
            f"In words, up to {asked.words:,}" if asked.words else "In words",
            words=asked.words,
        ),
    )


def _choice_slots(asked: Asked) -> tuple[Slot, ...]:
    return (Slot("", how="Choose one from the list", choices=tuple(labels_of(asked).values())),)


def _choices_slots(asked: Asked) -> tuple[Slot, ...]:
    how = "Choose Yes for each that applies"
    return tuple(Slot(value, label, how, (YES,)) for value, label in labels_of(asked).items())


def _country_slots(_asked: Asked) -> tuple[Slot, ...]:
    return (Slot("", how="Choose a country from the list", choices=tuple(countries().values())),)


def labels_of(asked: Asked) -> dict[str, str]:
    """Return the words of each option by its value; words used twice also carry the value."""
    plain = [_folded(option.label) for option in asked.options]
    return {
        option.value: option.label
        if option.label and plain.count(_folded(option.label)) == 1
        else f"{option.label} ({option.value})".strip()
        for option in asked.options
    }


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _chosen(entered: Entered, offered: Mapping[str, str], suffix: str = "") -> str:
    """Return the value of what was chosen by its words, or by the value itself."""
    text = _folded(text_in(entered, suffix))
    by_words = {_folded(label): value for value, label in offered.items()}
    by_value = {_folded(value): value for value in offered}
    found = by_words.get(text) or by_value.get(text)
    if found is None:
        raise Unfit(suffix, "Choose one of the answers in the list of this cell")
    return found


def _commitment_texts(_asked: Asked, value: Any) -> dict[str, str]:
    texts = {"": ANSWERS_IN_WORDS[value["answer"]]}
    return texts | ({EXCEPTION: value["exception"]} if value.get("exception") else {})


def _commitment_value(_asked: Asked, cells: Cells) -> Any:
    exception = text_in(cells[EXCEPTION], EXCEPTION) if EXCEPTION in cells else ""
    if "" not in cells:
        if exception:
            raise Unfit("", "Choose an answer to go with the words written below")
        return None
    offered = ANSWERS_IN_WORDS | {"yes-with-exception": "Yes with an exception"}
    try:
        answer = _chosen(cells[""], ANSWERS_IN_WORDS)
    except Unfit:
        answer = _chosen(cells[""], offered)
    if answer == "yes" and exception:
        raise Unfit(EXCEPTION, "Choose “Yes, with an exception”, or remove these words")
    return {"answer": answer, "exception": exception}


def _choice_value(asked: Asked, cells: Cells) -> Any:
    return _chosen(cells[""], labels_of(asked)) if "" in cells else None


def _choices_value(asked: Asked, cells: Cells) -> Any:
    return [
        option.value
        for option in asked.options
        if option.value in cells and tick_in(cells[option.value], option.value)
    ]


# What people call the country most answers are about.
OTHER_NAMES = dict.fromkeys(
    ("uk", "u.k.", "great britain", "britain", "england", "scotland", "wales", "northern ireland"),
    "GB",
)


@cache
def _countries_by_name() -> Mapping[str, str]:
    return {_folded(name): code for code, name in countries().items()} | OTHER_NAMES


def _country_code(text: str) -> str:
    """Return the code of a country written by its name; anything else as it is."""
    return _countries_by_name().get(_folded(text), text)


def _text_value(_asked: Asked, cells: Cells) -> Any:
    return text_in(cells[""]) if "" in cells else None


def _plain_text(_asked: Asked, value: Any) -> dict[str, str]:
    return {"": str(value)}


def _date_texts(_asked: Asked, value: Any) -> dict[str, str]:
    day = as_date(value)
    return {"": f"{day.day} {day:%B} {day.year}" if day else str(value)}


def _files_value(_asked: Asked, _cells: Cells) -> Any:
    """Files do not travel in a workbook, so none are read from one."""


def _number_how(asked: Asked) -> str:
    unit = f" ({asked.unit})" if asked.unit else ""
    places = f", with at most {asked.decimals} decimal places" if asked.decimals else ", whole"
    return f"A number{unit}{places}"


TEXT = CellRules(_text_slots, _plain_text, _text_value)
# Rows and files have cells of their own or none: layout.py puts each column's together.
ELSEWHERE = CellRules(lambda _asked: (), lambda _asked, _value: {}, _files_value)

CELLS: Mapping[Kind, CellRules] = {
    Kind.COMMITMENT: CellRules(_commitment_slots, _commitment_texts, _commitment_value),
    Kind.CHOICE: CellRules(
        _choice_slots,
        lambda asked, value: {"": labels_of(asked).get(value, str(value))},
        _choice_value,
    ),
    Kind.CHOICES: CellRules(
        _choices_slots, lambda _asked, value: dict.fromkeys(value, YES), _choices_value
    ),
    Kind.SHORT_TEXT: TEXT,
    Kind.NARRATIVE: TEXT,
    Kind.URL: CellRules(
        _one(lambda _asked: "An address that starts with https://"), _plain_text, _text_value
    ),
    Kind.NUMBER: CellRules(
        _one(_number_how),
        _plain_text,
        lambda _asked, cells: number_in(cells[""]) if "" in cells else None,
    ),
    Kind.MONEY: CellRules(
        _one(lambda _asked: "An amount in pounds, like 1250 or 1250.50"),
        _plain_text,
        lambda _asked, cells: number_in(cells[""]) if "" in cells else None,
    ),
    Kind.DURATION: CellRules(
        _one(lambda _asked: "A length of time, like 4h, 90min or 1d 6h"), _plain_text, _text_value
    ),
    Kind.DATE: CellRules(
        _one(lambda _asked: "A date, like 27 March 2026 or 27/3/2026 (day first)"),
        _date_texts,
        lambda _asked, cells: day_in(cells[""]) if "" in cells else None,
    ),
    Kind.COUNTRY: CellRules(
        _country_slots,
        lambda _asked, value: {"": countries().get(value, str(value))},
        lambda _asked, cells: _country_code(text_in(cells[""])) if "" in cells else None,
    ),
    Kind.COUNTRIES: CellRules(
        _one(lambda _asked: "Countries, each on a line of its own"),
        lambda _asked, value: {"": "\n".join(countries().get(code, code) for code in value)},
        lambda _asked, cells: [_country_code(line) for line in _lines(cells)],
    ),
    Kind.LINES: CellRules(
        _one(lambda _asked: "Each on a line of its own"),
        lambda _asked, value: {"": "\n".join(value)},
        lambda _asked, cells: _lines(cells),
    ),
    Kind.CERTIFICATE: ELSEWHERE,
    Kind.RECORD: ELSEWHERE,
    Kind.TABLE: ELSEWHERE,
    Kind.FILE: ELSEWHERE,
}


def _lines(cells: Cells) -> list[str]:
    text = text_in(cells[""]) if "" in cells else ""
    return [line for line in text.split("\n") if line.strip()]
