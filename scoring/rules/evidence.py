"""What goes with an answer to show that it is true: files, certificates in date, tests recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from question_bank.rules.conditions.readings import answer_to
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.kinds import is_empty, rules_for
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import ROWED, Asked, Kind, Part, Question

# Columns of the tables of the bank, by what they record.
EXPIRES = ("expires", "certificate_expires")
TESTED = ("last_restore", "last_assured")
RECORDING = frozenset((*EXPIRES, *TESTED))
RESULT = "result"
NOT_A_TEST = frozenset({"failed", "not-tested"})
NAMED = "evidence"
# The kinds of answers that something may go with, or that may name something.
ATTACHED, NAMING = ROWED | {Kind.FILE}, ROWED | {Kind.URL}


class Proof(StrEnum):
    """What kind of thing goes with an answer."""

    FILE = "file"
    CERTIFICATE = "certificate"
    TEST = "test"
    NAMED = "named"


class Piece(NamedTuple):
    """One thing that goes with the answer to a part, in words."""

    part_id: str
    proof: Proof
    words: str


def proofs(question: Question, situation: Situation, on: date | None) -> tuple[str, ...]:
    """Return each piece of evidence attached to the question's answers, in words.

    A certificate counts if it is in date ``on`` that day; a test unless its row says it failed.
    """
    return tuple(piece.words for piece in attached(question, situation, on))


def attached(question: Question, situation: Situation, on: date | None) -> Iterator[Piece]:
    for part in _answered(question, situation, ATTACHED):
        value = situation.answers[part.id]
        if part.kind is Kind.FILE:
            for entry in value:
                yield Piece(part.id, Proof.FILE, f"{part.id}: file “{_title(entry)}”")
        elif columns := _recording(part):
            for where, row in _rows(part, value):
                yield from _recorded(part, columns, where, row, on)


def documents_named(question: Question, situation: Situation) -> tuple[str, ...]:
    """Return the documents and addresses that answers name: to be looked up by who marks them."""
    parts = naming(question, situation)
    return tuple(piece.words for part in parts for piece in named(part, situation))


def naming(question: Question, situation: Situation) -> list[Part]:
    """Return the answered parts that may name a document or an address."""
    return _answered(question, situation, NAMING)


def named(part: Part, situation: Situation) -> Iterator[Piece]:
    """Yield each document or address that the answer to a part names."""
    value = situation.answers[part.id]
    if part.kind is Kind.URL:
        yield Piece(part.id, Proof.NAMED, f"{part.id}: address {value}")
    elif part.schema is not None and NAMED in part.schema.names:
        for where, row in _rows(part, value):
            if not is_empty(row.get(NAMED)):
                yield Piece(part.id, Proof.NAMED, f"{where}: names “{row[NAMED]}”")


def _answered(question: Question, situation: Situation, kinds: Set[Kind]) -> list[Part]:
    return [
        part
        for part in question.parts
        if part.kind in kinds and answer_to(situation, part.id) is not None
    ]


def _rows(part: Part, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield where each row stands, and the row; a record or certificate is its own only row."""
    if type(value) is dict or isinstance(value, Mapping):
        yield part.id, value
        return
    for number, row in enumerate(value, start=1):
        if type(row) is dict or isinstance(row, Mapping):
            yield f"{part.id} row {number}", row


def _recording(part: Part) -> list[Asked]:
    """Return the columns whose dates say until when, or when last, something was shown."""
    columns = part.schema.columns if part.schema is not None else ()
    return [one for one in columns if one.id in RECORDING and one.kind is Kind.DATE]


def _recorded(
    part: Part, columns: list[Asked], where: str, row: Mapping[str, Any], on: date | None
) -> Iterator[Piece]:
    for column in columns:
        day = as_date(row.get(column.id))
        if day is None:
            continue
        if column.id in EXPIRES and on is not None and day >= on:
            says = _in_words(column, row)
            yield Piece(part.id, Proof.CERTIFICATE, f"{where}: certificate valid until {says}")
        elif column.id in TESTED and row.get(RESULT) not in NOT_A_TEST:
            label = f"{column.label[:1].lower()}{column.label[1:]}"
            yield Piece(part.id, Proof.TEST, f"{where}: {label} {_in_words(column, row)}")


def _in_words(column: Asked, row: Mapping[str, Any]) -> str:
    return rules_for(column.kind).show(column, row[column.id])


def _title(entry: Any) -> str:
    about = entry if isinstance(entry, Mapping) else {}
    return str(about.get("title") or about.get("name") or "a file")
