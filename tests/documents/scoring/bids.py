"""Bids to the full pack made from its own options, so that they follow the bank as it changes."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from question_bank.loader import shipped_bank, shipped_packs
from question_bank.rules.questions import Kind
from scoring.rules.evaluation import evaluate_bid, level_marks
from scoring.workbook import BidForWorkbook, WorkbookAbout, parts_to_read, row_of
from tenders.rules.questionnaire import choose

HOSTILE = '=HYPERLINK("http://x.test","&<b>")\n+1\t@SUM(A1) \x07 \u202e rtl 🙂'
FACTS = {"award_date": "2027-02-01", "permitted_countries": ["GB"], "notification_hours": "24"}
ABOUT = WorkbookAbout(
    "School streets sensors: scores & risks", "HC-2026-014",
    datetime(2026, 12, 4, 13, 0, tzinfo=UTC), "2026.1", "ab" * 32, "Made by a test",
)  # fmt: skip


@cache
def full():
    return choose(shipped_bank(), shipped_packs()["slp-full"])


def cell(asked, best, text):
    options = [option.value for option in asked.options]
    return {
        Kind.CHOICE: lambda: options[0 if best else -1],
        Kind.CHOICES: lambda: options[:-1] if best else options[-1:],
        Kind.COMMITMENT: lambda: {"answer": "yes"} if best else {"answer": "no"},
        Kind.SHORT_TEXT: lambda: text,
        Kind.NARRATIVE: lambda: text,
        Kind.NUMBER: lambda: str(asked.at_least or 1),
        Kind.MONEY: lambda: "0",
        Kind.DURATION: lambda: "4h" if best else "30d",
        Kind.DATE: lambda: "2026-03-27",
        Kind.URL: lambda: "https://example.test/",
        Kind.COUNTRY: lambda: "GB" if best else "US",
    }[asked.kind]()


def answer(part, best, text):
    if part.kind is Kind.FILE:
        return [{"name": "flow.pdf"}]
    if part.schema is None:
        return cell(part, best, text)
    columns = part.schema.columns
    row = {column.id: cell(column, best, text) for column in columns}
    if part.kind is not Kind.TABLE:
        return row
    if part.fixed_rows:
        return [row | {columns[0].id: theme} for theme, _ in part.fixed_rows]
    return [row]


@cache
def bid(name, best=True, text="We do this with care."):
    answers = {part.id: answer(part, best, text) for part in full().parts.values()}
    levels = evaluate_bid(full(), answers, FACTS, {}).levels
    marks = level_marks(full(), levels)
    evaluation = evaluate_bid(full(), answers, FACTS, marks)
    return BidForWorkbook(name, evaluation, marks, needs_evaluator=parts_to_read(evaluation))


def register(*bids):
    return [row_of(p, bid=b.name, bank_version="2026.1") for b in bids for p in b.evaluation.risks]
