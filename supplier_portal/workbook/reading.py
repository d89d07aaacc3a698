"""Reads a workbook that came back: every answer in it, and a sentence for everything unclear."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import IO, Any

from question_bank.rules.questions import Kind
from supplier_portal.workbook.cells import Sheet
from supplier_portal.workbook.entered import Held
from supplier_portal.workbook.layout import (
    ANSWER,
    FORMAT,
    LISTS,
    QUESTIONS,
    READ_ME,
    SUPPLIER_KEYS,
    TABLE,
    places_of,
)
from supplier_portal.workbook.package import NotAWorkbook, sheets_in
from supplier_portal.workbook.section_sheets import read_sections
from supplier_portal.workbook.table_sheets import read_tables
from supplier_portal.workbook.taking import Note, Taken
from tenders.rules.questionnaire import Questionnaire

NOT_OURS = (
    "This is not a workbook of this service, or its first sheet is gone. Download the workbook "
    "again and copy your answers into it"
)


@dataclass(frozen=True)
class Reading:
    """What a workbook says. ``changes``: the value of each part that could be read, None for one
    left empty; a part with a problem is not among them. ``versions``: what each is based on."""

    fingerprint: str
    pack: str
    bank_version: str
    tender: str
    bid: str
    supplier: Mapping[str, str]
    changes: Mapping[str, Any]
    versions: Mapping[str, int]
    problems: tuple[Note, ...] = ()
    # What is worth knowing and stops nothing, with what each row begun still lacks.
    notes: tuple[Note, ...] = ()
    # What rows of tables lack to be complete, for those who take complete answers alone.
    unfinished: tuple[Note, ...] = ()
    # Answers too long for a cell, which stayed in the service.
    held_back: frozenset[str] = field(default_factory=frozenset)
    # What was written for each part, whether it could be read or not.
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read(stream: IO[bytes], questionnaire: Questionnaire) -> Reading:
    """Return what the workbook says. Raises NotAWorkbook for a file that is none of ours.

    Nothing else is raised, whatever the file holds: what cannot be read becomes a problem with its
    sheet and cell, and everything around it is read.
    """
    sheets = sheets_in(stream)
    facts = _facts(sheets)
    if facts.get("format") != FORMAT:
        raise NotAWorkbook(NOT_OURS)
    taken = Taken()
    parts = questionnaire.parts
    read_sections(_of_kind(sheets, QUESTIONS), parts, taken)
    read_tables(_of_kind(sheets, TABLE), parts, taken)
    _note_missing(questionnaire, taken)
    _note_other_sheets(sheets, taken)
    return Reading(
        fingerprint=facts.get("fingerprint", ""),
        pack=facts.get("pack", ""),
        bank_version=facts.get("bank_version", ""),
        tender=facts.get("tender", ""),
        bid=facts.get("bid", ""),
        supplier={key: facts.get(f"supplier.{key}", "") for key in SUPPLIER_KEYS},
        changes=taken.values(parts),
        versions=taken.versions,
        problems=tuple(taken.problems),
        notes=(*taken.notes, *map(_still_to_do, taken.unfinished)),
        unfinished=tuple(taken.unfinished),
        held_back=frozenset(taken.held_back),
        texts=taken.texts(),
    )


def _still_to_do(lacking: Note) -> Note:
    return replace(lacking, sentence=f"Still to do: {lacking.sentence}")


def _facts(sheets: Iterable[Sheet]) -> dict[str, str]:
    """Return what the first sheet says for the program: name → text."""
    found: dict[str, str] = {}
    for sheet in _of_kind(sheets, READ_ME):
        for (row, column), entered in sorted(sheet.cells.items()):
            if column == 1 and entered.held is Held.TEXT:
                said = sheet.cells.get((row, 3))
                if said is not None and said.held in (Held.TEXT, Held.NUMBER):
                    found.setdefault(entered.text, " ".join(said.text.split())[:500])
    return found


def _of_kind(sheets: Iterable[Sheet], marker: str) -> list[Sheet]:
    return [sheet for sheet in sheets if sheet.text(1, 1) == marker]


def _note_missing(questionnaire: Questionnaire, taken: Taken) -> None:
    """A sheet or row that is gone leaves its answers as they are, and somebody should know."""
    for section in questionnaire.sections:
        parts = [part for asked in section.questions for part in asked.question.parts]
        lost = [part for part in parts if places_of(part) and not taken.has(part)]
        if lost and len(lost) == sum(1 for part in parts if places_of(part)):
            taken.problem(
                "", "", f"The sheet of the section “{section.title}” is missing, so its answers "
                "stay as they are", *(part.id for part in lost),
            )  # fmt: skip
        else:
            for part in lost:
                taken.problem(
                    "", "", f"{part.id} is missing, so its answer stays as it is", part.id
                )
    for part in questionnaire.parts.values():
        if part.kind is Kind.TABLE and not taken.has_table(part):
            taken.problem(
                "", "", f"The sheet of the table {part.id} is missing, so the table stays as it is",
                part.id,
            )  # fmt: skip


def _note_other_sheets(sheets: Iterable[Sheet], taken: Taken) -> None:
    ours = (READ_ME, QUESTIONS, TABLE, LISTS)
    for sheet in sheets:
        marker = sheet.text(1, 1)
        if marker not in ours and sheet.cells:
            taken.note(
                sheet.title, "", "This sheet is not one of the workbook’s, so it was not read"
            )
        elif marker in (QUESTIONS, TABLE):
            _note_hidden(sheet, marker, taken)


def _note_hidden(sheet: Sheet, marker: str, taken: Taken) -> None:
    """Nobody should apply an answer without knowing it is there."""
    hidden = sorted(
        row
        for row in sheet.hidden_rows
        if row > 3
        and any(
            (column == ANSWER if marker == QUESTIONS else column > 2) and where == row
            for where, column in sheet.cells
        )
    )
    if hidden:
        rows = ", ".join(map(str, hidden[:10])) + (" and more" if len(hidden) > 10 else "")
        taken.note(sheet.title, "", f"Answers in hidden rows were read too: {rows}")
