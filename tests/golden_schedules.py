"""The schedules of the three demonstration bids as text, so that a change of a word can be read.

``python -m tests.golden_schedules`` writes them anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from contract_clauses.loader import load_library
from contract_clauses.rules.annexes import ScheduledAnnex
from contract_clauses.rules.parts import Parties, Schedule, ScheduledClause
from contract_clauses.rules.schedule import build_schedule
from question_bank.loader import load_bank, load_packs
from records.loader import DEMONSTRATION, read_answer_files, read_tender_file
from scoring.rules.evaluation import evaluate_bid
from tenders.rules.questionnaire import choose

FOLDER = Path(__file__).parent / "golden"
NAMES = ("larkmead-sensing", "brightwater-urban-analytics", "omniflow-mobility-insights")


@cache
def golden_schedules() -> dict[str, Schedule]:
    """Return the schedules of the demonstration, with the marks that the answers allow at most."""
    questionnaire = choose(load_bank(), load_packs()["slp-full"])
    files = [DEMONSTRATION / f"{name}.json" for name in NAMES]
    mistakes, suppliers = read_answer_files(files, questionnaire)
    more, tender = read_tender_file(DEMONSTRATION / "tender.json", questionnaire)
    if mistakes + more:
        raise ValueError(f"The demonstration does not fit the bank: {mistakes + more}")
    found = {}
    for name, supplier in zip(NAMES, suppliers, strict=True):
        levels = evaluate_bid(questionnaire, supplier.answers, tender.facts, {}).levels
        marks = {question: level.level for question, level in levels.items()}
        evaluation = evaluate_bid(questionnaire, supplier.answers, tender.facts, marks)
        parties = Parties(
            tender.authority,
            supplier.name,
            tender.title,
            tender.reference,
            prepared_on=date(2026, 10, 1),
        )
        found[name] = build_schedule(
            load_library(), evaluation.situation, questionnaire, supplier.answers, parties
        )
    return found


def as_text(schedule: Schedule) -> str:
    """Return a schedule as it prints: a line a paragraph, numbered as in the document."""
    return "\n".join(_lines(replace(schedule, library_fingerprint=""))) + "\n"


def _lines(schedule: Schedule) -> Iterator[str]:
    parties = schedule.parties
    yield f"Contract schedule: {parties.tender_title} ({parties.tender_reference})"
    yield f"{parties.authority} and {parties.supplier}"
    yield schedule.status
    for clause in schedule.clauses:
        yield from _clause(clause)
    for annex in schedule.annexes:
        yield from _annex(annex)
    yield from ("", "TOPICS LEFT OUT")
    yield from (f"{topic.id} {topic.title}: {topic.because}" for topic in schedule.excluded)
    yield from ("", "BRACKETS TO FILL")
    yield from (f"{b.number} {b.title}: {b.label}" for b in schedule.brackets)
    yield from ("", "DEVIATIONS FROM MINIMUMS")
    for one in schedule.deviations:
        yield f"{one.clause} {one.label}: given {one.given}, minimum {one.minimum} ({one.source})"


def _clause(clause: ScheduledClause) -> Iterator[str]:
    yield ""
    yield f"{clause.number}. {clause.title}{f' ({clause.id}, {clause.depth})' if clause.id else ''}"
    for paragraph in clause.paragraphs:
        yield f"{paragraph.number} {paragraph.text}"
        for item in paragraph.items:
            yield f"    ({item.letter}) {''.join(segment.text for segment in item.segments)}"
        for term in paragraph.definitions:
            yield f"    {term.term} means {term.meaning}."


def _annex(annex: ScheduledAnnex) -> Iterator[str]:
    yield ""
    yield f"Annex {annex.number}. {annex.title}"
    yield annex.intro
    yield " | ".join(column.label for column in annex.columns)
    if not annex.rows:
        yield annex.empty
    for row in annex.rows:
        yield " | ".join(cell.replace("\n", " / ") for cell in row)


if __name__ == "__main__":
    for name, schedule in golden_schedules().items():
        (FOLDER / f"{name}.txt").write_text(as_text(schedule), encoding="utf-8")
