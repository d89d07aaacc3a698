"""The annexes: rows of answers as tables, dated promises, and the supplier's own words.

What a supplier wrote is shown here as submitted, and only here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from contract_clauses.rules.library import Annex, Library, Promise
from contract_clauses.rules.voice import in_contract_voice
from question_bank.rules.conditions.cells import row_decider
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.readings import answer_to, rows_of
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.kinds.amounts import as_date, minutes_in, show_date
from question_bank.rules.questions import Asked, Kind, Part

# A table with more columns than this is printed on its side.
MOST_COLUMNS_UPRIGHT = 7
THROUGHOUT = "Throughout"
COMMITMENTS = "commitments"
SUPPLIER = "Supplier"
GO_LIVE = "Go-live"
EXCEPTION = "The Supplier stated an exception; it counts only so far as a clause allows it"
DAY = 24 * 60
# The kinds whose words are the bank's own, not the supplier's.
CLOSED = frozenset({Kind.CHOICE, Kind.CHOICES})


@dataclass(frozen=True, slots=True)
class AnnexColumn:
    label: str
    width: int


@dataclass(frozen=True, slots=True)
class ScheduledAnnex:
    """An annex as printed: numbered from 1; every cell is text, supplier's text included."""

    id: str
    number: int
    title: str
    intro: str
    columns: tuple[AnnexColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str

    @property
    def is_wide(self) -> bool:
        return len(self.columns) > MOST_COLUMNS_UPRIGHT


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """A promise in an answer. ``due`` is a date in words, or says that it holds throughout."""

    number: int
    promise: str
    part: str
    owner: str
    due: str
    before: str
    evidence: str


def scheduled_annexes(
    library: Library,
    situation: Situation,
    generated: Mapping[str, tuple[tuple[str, ...], ...]],
) -> tuple[ScheduledAnnex, ...]:
    """Return every annex of the library in order, an empty one with the sentence that says so.

    ``generated`` holds the rows of the annexes that are made from the schedule itself.
    """
    return tuple(
        ScheduledAnnex(
            id=annex.id,
            number=number,
            title=annex.title,
            intro=annex.intro,
            columns=tuple(AnnexColumn(column.label, column.width) for column in annex.columns),
            rows=generated.get(annex.generated, ())
            if annex.generated
            else tuple(_answer_rows(annex, situation)),
            empty=annex.empty,
        )
        for number, annex in enumerate(library.annexes.values(), start=1)
    )


def _answer_rows(annex: Annex, situation: Situation) -> Iterator[tuple[str, ...]]:
    for part_id in annex.parts:
        part = situation.parts.get(part_id)
        if part is None or part.schema is None:
            continue
        for number, row in enumerate(_rows(situation, part)):
            if annex.where is None or _keeps(annex.where, situation, part, number):
                yield tuple(_cell(part, column.id, row) for column in annex.columns)


def _rows(situation: Situation, part: Part) -> list[Mapping[str, Any]]:
    """Return a table's rows; a record or certificate is one row."""
    if part.kind is Kind.TABLE:
        return rows_of(situation, part.id) or []
    value = answer_to(situation, part.id)
    return [value] if isinstance(value, Mapping) else []


def _keeps(where: Condition, situation: Situation, part: Part, number: int) -> bool:
    of_row = row_decider(where, part.id, of_record=part.kind is not Kind.TABLE)
    return bool(of_row(situation, number))


def _cell(part: Part, column_id: str, row: Mapping[str, Any]) -> str:
    if column_id == "part":
        return in_contract_voice(part.label)
    column = part.schema.column(column_id) if part.schema else None
    value = row.get(column_id)
    if column is None or is_empty(value):
        return ""
    given = dict(part.fixed_rows)
    if isinstance(value, str) and value in given:
        return in_contract_voice(given[value])
    shown = _shown(column, value)
    return in_contract_voice(shown) if column.kind in CLOSED else shown


def _shown(asked: Asked, value: Any) -> str:
    try:
        return rules_for(asked.kind).show(asked, value)
    except (KeyError, TypeError, ValueError, AttributeError):
        return str(value)


def commitment_lines(
    library: Library, situation: Situation, overtaken: Mapping[str, str] | None = None
) -> tuple[CommitmentLine, ...]:
    """Return the promises of a bid: dated ones first, then those that hold throughout.

    ``overtaken`` says, by part, which clause asks for more than the bid promises there.
    """
    annex = library.annexes.get(COMMITMENTS)
    promises = annex.promises if annex else ()
    dated: list[Promise] = []
    kept: list[Promise] = []
    for promise in promises:
        is_dated = promise.column or promise.due or promise.otherwise_due or promise.before
        (dated if is_dated else kept).append(promise)
    lines = [line for promise in dated for line in _dated(promise, situation)]
    lines.extend(_lasting(dated, kept, situation))
    notes = overtaken or {}
    lines = [
        replace(line, promise=f"{line.promise}. {notes[line.part]}") if line.part in notes else line
        for line in lines
    ]
    return tuple(replace(line, number=number) for number, line in enumerate(lines, start=1))


def _dated(promise: Promise, situation: Situation) -> Iterator[CommitmentLine]:
    for part_id in promise.parts:
        part = situation.parts.get(part_id)
        if part is None or not _is_made(promise, part, answer_to(situation, part_id)):
            continue
        if not promise.column:
            value = _shown(part, answer_to(situation, part_id))
            yield _line(promise, part, _due(promise, situation), situation, value=value)
            continue
        for row in _rows(situation, part):
            due = row.get(promise.column)
            if not is_empty(due):
                yield _line(promise, part, due, situation, row=_row_name(part, row))


def _is_made(promise: Promise, part: Part, value: Any) -> bool:
    """Return whether an answer makes a promise; "no" makes none."""
    if value is None:
        return False
    if promise.answers:
        return str(rules_for(part.kind).comparable(value)) in promise.answers
    return part.kind is not Kind.COMMITMENT or rules_for(part.kind).comparable(value) != "no"


def _due(promise: Promise, situation: Situation) -> Any:
    value = answer_to(situation, promise.due) if promise.due else None
    if value is None:
        value = situation.facts.get(promise.otherwise_due.removeprefix("tender."))
    return value


def _needed_before(promise: Promise, due: Any, situation: Situation) -> str:
    """Return what a promise must precede: one due by the start of the contract, Go-live."""
    day, start = as_date(due), as_date(situation.facts.get("contract_start"))
    early = not promise.lasts and day is not None and start is not None and day <= start
    return promise.before or (GO_LIVE if early else "")


def _row_name(part: Part, row: Mapping[str, Any]) -> str:
    return _cell(part, part.schema.columns[0].id, row) if part.schema else ""


def _line(
    promise: Promise, part: Part, due: Any, situation: Situation, *, value: str = "", row: str = ""
) -> CommitmentLine:
    named = {"{value}": value, "{label}": in_contract_voice(part.label), "{row}": row}
    words = promise.says
    for name, text in named.items():
        words = words.replace(name, text)
    day = "" if is_empty(due) else show_date(part, due)
    if part.kind is Kind.COMMITMENT:
        words = _promised(part, answer_to(situation, part.id), words)
    return CommitmentLine(
        number=0,
        promise=words,
        part=part.id,
        owner=SUPPLIER,
        due=f"Until {day}" if day and promise.lasts else day,
        before=_needed_before(promise, due, situation),
        evidence=promise.evidence,
    )


def _lasting(
    reached: Iterable[Promise], kept: Iterable[Promise], situation: Situation
) -> Iterator[CommitmentLine]:
    """Yield the promises that parts feed into this annex: to be kept, not to be reached once.

    The library's words for a promise come before the part's label.
    """
    dated = {part for promise in reached for part in promise.parts}
    named = {part: promise for promise in kept for part in promise.parts}
    for part in situation.parts.values():
        if COMMITMENTS not in part.feeds or (part.id in dated and part.id not in named):
            continue
        value, promise = answer_to(situation, part.id), named.get(part.id)
        if value is None:
            continue
        due = show_date(part, value) if part.kind is Kind.DATE else THROUGHOUT
        words = _promised(part, value, promise.says if promise else "")
        if words:
            evidence = promise.evidence if promise else part.evidence
            yield CommitmentLine(0, words, part.id, SUPPLIER, due, "", evidence)


def _promised(part: Part, value: Any, says: str) -> str:
    """Return what an answer promises; "no" promises nothing."""
    label = says or in_contract_voice(part.label)
    if part.kind is Kind.DATE:
        return label
    if part.kind is not Kind.COMMITMENT:
        shown = _measured(part, value)
        return says.replace("{value}", shown) if says else f"{label}: {shown}"
    answer = rules_for(part.kind).comparable(value)
    if answer == "yes-with-exception":
        return f"{label}. {EXCEPTION}"
    return label if answer == "yes" else ""


def _measured(part: Part, value: Any) -> str:
    """Return an answer in words; a length of several whole days in days, not hours."""
    minutes = minutes_in(value) if part.kind is Kind.DURATION else None
    if minutes and minutes % DAY == 0 and minutes > DAY:
        return f"{minutes // DAY} days"
    return _shown(part, value)


def statement_rows(situation: Situation) -> tuple[tuple[str, ...], ...]:
    """Return (part, what it is about, the supplier's words) for all answers in words."""
    found = []
    for part in situation.parts.values():
        words = _own_words(part, answer_to(situation, part.id))
        if words:
            found.append((part.id, in_contract_voice(part.label), words))
    return tuple(found)


def _own_words(part: Part, value: Any) -> str:
    if part.kind in (Kind.NARRATIVE, Kind.SHORT_TEXT) and isinstance(value, str):
        return value
    if part.kind is Kind.COMMITMENT and isinstance(value, Mapping) and value.get("exception"):
        return _shown(part, value)
    return ""
