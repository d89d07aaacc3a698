"""The sheets behind a register: what is done, where it leads, what it rests on, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from foundation.cells import column_letter
from scoring.rules.action_import import AS_A_WHOLE, STATE, fingerprint_of_whole
from scoring.rules.actions import ActionState
from scoring.rules.register import RegisterRow
from scoring.rules.register_changes import Change
from scoring.rules.register_import import ACTION_NAMES
from scoring.rules.register_report import (
    Lasting,
    LeadsTo,
    RegisterMore,
    risks_resting_on,
    rules_used,
)
from scoring.rules.results import Cause
from scoring.workbook.listed import Column
from scoring.workbook.register_layout import ACTIONS, NUMBER, REFERENCE
from scoring.workbook.sheets import TO_EDIT, list_of, listing
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True)
class _Done:
    """One action; or what is done as a whole, where none is listed."""

    row: RegisterRow
    what: str
    owner: str
    due: date | None
    state: str
    words: str = ""
    by: str = ""
    on: date | None = None
    is_late: bool = False
    # The action, and the number of its last version; none of what is done as a whole.
    token: str = AS_A_WHOLE
    number: int = 0

    @property
    def version(self) -> int | str:
        """Return from which version the row was made, or what shows that nobody touched it."""
        if self.number:
            return self.number
        due = self.due.isoformat() if self.due else ""
        return fingerprint_of_whole(self.owner, due, self.state, self.words)


# Only in a file that may come back: which action a row is, and what it was made from.
TO_COME_BACK = (
    Column(REFERENCE, 14, lambda e: e.token),
    Column(NUMBER, 14, lambda e: e.version),
)


def write_actions(
    book: Workbook, rows: Sequence[RegisterRow], today: date, *, comes_back: bool
) -> None:
    columns: tuple[Column, ...] = (
        Column("Risk", 8, lambda e: e.row.risk_id),
        Column("Supplier", 22, lambda e: e.row.bid),
        Column("Title of the risk", 32, lambda e: e.row.title),
        Column("What is to be done", 60, lambda e: e.what),
        Column("Who does it", 24, lambda e: e.owner),
        Column("Due", 13, lambda e: e.due),
        Column("State", 14, lambda e: e.state),
        Column("Overdue", 10, lambda e: "overdue" if e.is_late else ""),
        Column("What was said", 40, lambda e: e.words),
        Column("Last set by", 20, lambda e: e.by),
        Column("On", 13, lambda e: e.on),
    )
    entries = [one for row in rows for one in _done(row, today)]
    if comes_back:
        columns = (*map(_to_edit, columns), *TO_COME_BACK)
    sheet = listing(book, ACTIONS, columns, entries)
    sheet.freeze_panes = "C2"
    if comes_back:
        _offer_states(sheet, [column.heading for column in columns], entries)


def _to_edit(column: Column) -> Column:
    """Return the column, coloured where single actions may be changed."""
    if column.heading not in ACTION_NAMES.values():
        return column
    return replace(column, fill=lambda e: TO_EDIT if e.number else None)


def _offer_states(sheet: Worksheet, headings: list[str], entries: Sequence[_Done]) -> None:
    state = column_letter(headings.index(ACTION_NAMES[STATE]) + 1)
    offered = list_of("State", [str(one) for one in ActionState])
    for number, entry in enumerate(entries, start=2):
        if entry.number:
            offered.add(f"{state}{number}")
    sheet.add_data_validation(offered)


def _done(row: RegisterRow, today: date) -> list[_Done]:
    if not row.listed_actions:
        if not row.stands or not row.actions:
            return []
        late = row.due is not None and row.due < today
        return [_Done(row, row.actions, row.owner, row.due, AS_A_WHOLE, is_late=late)]
    return [
        _Done(
            row,
            one.what,
            one.owner,
            one.due,
            str(one.state),
            one.words if one.state is not ActionState.OPEN else "",
            one.by,
            one.on,
            one.is_late(today),
            one.token,
            one.number,
        )
        for one in row.listed_actions
    ]


def write_clauses(book: Workbook, rows: Sequence[RegisterRow], more: RegisterMore) -> None:
    entries: list[tuple[RegisterRow, LeadsTo, str]] = [
        (row, leads, _controls(row, leads)) for row in rows for leads in more.clauses_of(row)
    ]
    columns = (
        Column("Risk", 8, lambda e: e[0].risk_id),
        Column("Supplier", 22, lambda e: e[0].bid),
        Column("Title of the risk", 34, lambda e: e[0].title),
        Column("Status", 12, lambda e: e[0].state),
        Column("Leads to", 13, lambda e: e[1].kind.capitalize()),
        Column("Number", 12, lambda e: e[1].name),
        Column("What it says", 60, lambda e: e[1].words),
        Column("Where it stands", 28, lambda e: e[1].state),
        Column("Control it makes binding", 44, lambda e: e[2]),
    )
    listing(book, "Clause trace", columns, entries).freeze_panes = "C2"


def _controls(row: RegisterRow, leads: LeadsTo) -> str:
    return "\n".join(one.words for one in row.controls if one.clause_id == leads.name)


def write_evidence(
    book: Workbook, rows: Sequence[RegisterRow], lasting: Sequence[Lasting], today: date
) -> None:
    columns = (
        Column("Supplier", 24, lambda e: e.bid),
        Column("Answer", 12, lambda e: e.part),
        Column("Asked as", 44, lambda e: e.label),
        Column("Evidence", 44, lambda e: e.what),
        Column("Issued", 16, lambda e: e.issued),
        Column("Valid through", 14, lambda e: e.until),
        Column("When this was made", 18, lambda e: e.standing(today)),
        Column("Risks that rest on it", 30, lambda e: _resting(rows, e)),
    )
    # What runs out first comes first.
    found = sorted(lasting, key=lambda one: (one.until or date.max, one.bid.casefold(), one.part))
    listing(book, "Evidence and expiry", columns, found).freeze_panes = "B2"


def _resting(rows: Sequence[RegisterRow], one: Lasting) -> str:
    return ", ".join(risks_resting_on(rows, one.bid, one.part))


def write_rules(book: Workbook, rows: Sequence[RegisterRow]) -> None:
    columns = (
        Column("Rule", 34, lambda e: e.rule),
        Column("Severity", 14, lambda e: e.severity),
        Column("What the rule says", 90, lambda e: e.says),
        Column("Question bank", 16, lambda e: e.version),
        Column("Risks it raised", 30, lambda e: ", ".join(e.risks)),
        Column("Bids", 8, lambda e: e.bids),
    )
    listing(book, "Rules used", columns, rules_used(rows)).freeze_panes = "B2"


def write_changes(book: Workbook, rows: Sequence[RegisterRow]) -> None:
    entries: list[tuple[RegisterRow, Change]] = [
        (row, change) for row in rows for change in row.history
    ]
    columns = (
        Column("Day", 13, lambda e: e[1].day),
        Column("Who", 22, lambda e: e[1].by),
        Column("Supplier", 22, lambda e: e[0].bid),
        Column("Risk", 8, lambda e: e[0].risk_id),
        Column("Title of the risk", 32, lambda e: e[0].title),
        Column("What happened", 40, lambda e: e[1].what),
        Column("Before and after", 60, lambda e: _differences(e[1])),
        Column("Reason", 50, lambda e: e[1].why),
    )
    entries.sort(key=lambda entry: entry[1].at)
    listing(book, "Change log", columns, entries).freeze_panes = "C2"


def _differences(change: Change) -> str:
    return "\n".join(one.words for one in change.differences)


def write_trace(book: Workbook, rows: Sequence[RegisterRow], questionnaire: Questionnaire) -> None:
    entries = [
        (number, row, cause) for number, row in enumerate(rows, start=1) for cause in row.causes
    ]
    columns = (
        Column("Id", 7, lambda e: e[0]),
        Column("Supplier", 22, lambda e: e[1].bid),
        Column("Risk", 8, lambda e: e[1].risk_id),
        Column("Title of the risk", 32, lambda e: e[1].title),
        Column("Rule", 30, lambda e: e[2].origin),
        Column("Severity", 11, lambda e: e[2].severity),
        Column("What the rule says", 42, lambda e: e[2].says),
        Column("Because (the answers in words)", 56, lambda e: e[2].words),
        Column("Answers read", 46, lambda e: _sources(e[2], questionnaire)),
        Column("Question bank", 14, lambda e: e[1].bank_version),
    )
    sheet = listing(book, "Trace", columns, entries)
    sheet.freeze_panes = "C2"


def _sources(cause: Cause, questionnaire: Questionnaire) -> str:
    """Return the id and label of everything the rule read, a line each."""
    named = []
    for source in cause.sources:
        part, asked = questionnaire.parts.get(source), questionnaire.question(source)
        label = part.label if part else asked.question.title if asked else ""
        named.append(f"{source} {label}".strip())
    return "\n".join(named)
