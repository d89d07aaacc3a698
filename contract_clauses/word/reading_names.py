"""What the bookmarks of a schedule in Word stand for, to recognise it when it comes back."""

from __future__ import annotations

from contract_clauses.rules.negotiated_sorting import Names, name_of
from contract_clauses.rules.parts import Schedule
from contract_clauses.word import fields
from contract_clauses.word.clauses import mark_of


def names_in(schedule: Schedule) -> Names:
    """Return what each bookmark stands for, and what each cross-reference prints."""
    marks: dict[str, tuple[str, str]] = {}
    numbers: dict[tuple[str, str], str] = {}
    targets: dict[tuple[str, str], str] = {}
    annexes: dict[str, str] = {}
    for clause in schedule.clauses:
        marks[mark_of(clause)] = (name_of(clause), "")
        for paragraph in clause.paragraphs:
            marks[mark_of(clause, paragraph)] = (name_of(clause), paragraph.key)
        target = _target("Clause", clause.id or str(clause.number))
        numbers["clause", target] = str(clause.number)
        targets["clause", target] = clause.id
    for annex in schedule.annexes:
        annexes[fields.bookmark_name("Annex", annex.id)] = annex.id
        target = _target("Annex", annex.id)
        numbers["annex", target] = f"Annex {annex.number}"
        targets["annex", target] = annex.id
    return Names(marks, annexes, numbers, targets)


def _target(kind: str, target: str) -> str:
    return fields.bookmark_name(kind, target).removeprefix(f"_Ref{kind}_")
