"""The scored workbook: ranking, points, marks with reasons, requirements, flags, what to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from foundation.spreadsheets import set_widths, write_headings
from question_bank.rules.fired import Fired
from scoring.rules.report import HIGHEST_POSSIBLE, BidForWorkbook, WorkbookAbout
from scoring.rules.results import RequirementResult, SectionScore, SuggestedLevel
from scoring.rules.totals import HUNDREDTH
from scoring.workbook.definitions import write_score_definitions
from scoring.workbook.listed import Column
from scoring.workbook.sheets import (
    BOLD,
    BOXED,
    HEADING_FONT,
    STRIPE,
    UNWRAPPED,
    dress,
    finish,
    heading,
    listing,
    new_workbook,
    put,
    small_table,
    widen,
    write_summary,
)
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

POINTS = "0.00"
AT_RIGHT = Alignment(horizontal="right")
WHAT = (
    "The marks and scores of the bids, with the reasons for each. Structured answers suggest a "
    "level; a person gives the mark. Rules propose failure; an officer decides."
)
NOT_READ = (
    "These marks are suggested levels, the most that the structured answers allow. What stands on "
    "the sheet “Needs an evaluator” has been read by nobody and may lower them."
)


def scores_workbook(
    about: WorkbookAbout, bids: Sequence[BidForWorkbook], questionnaire: Questionnaire
) -> bytes:
    """Return scores.xlsx for the bids in the order given."""
    book = new_workbook(about)
    _write_summary(book, about, bids, questionnaire)
    _write_points(book, bids, questionnaire)
    _write_marks(book, bids, questionnaire)
    _write_requirements(book, bids, questionnaire)
    _write_flags(book, bids)
    _write_unread(book, bids, questionnaire)
    write_score_definitions(book, questionnaire)
    return finish(book, about)


def _write_summary(
    book: Workbook,
    about: WorkbookAbout,
    bids: Sequence[BidForWorkbook],
    questionnaire: Questionnaire,
) -> None:
    sheet = book.worksheets[0]
    row = write_summary(sheet, about, WHAT)
    if any(bid.mark_source == HIGHEST_POSSIBLE for bid in bids):
        put(sheet, row, 1, "Take care").font = BOLD
        put(sheet, row, 2, NOT_READ)
        widen(sheet, row, len(NOT_READ))
        row += 2
    heading(sheet, row, "Quality, out of 100")
    sections = tuple(f"{section.title} ({section.weight}%)" for section in questionnaire.sections)
    headings = ("Supplier", "Rank", "Quality", *sections, "Marks from", "Requirements", "To read")
    first = row + 2
    small_table(sheet, row + 1, headings, [_summary_row(bid) for bid in bids])
    for number in range(first, first + len(bids)):
        for column in range(3, 4 + len(sections)):
            sheet.cell(number, column).number_format = POINTS
        dress(sheet.cell(number, 3), BOLD)
    set_widths(sheet, (30, 18, 12, *(17 for _ in sections), 24, 34, 10))


def _summary_row(bid: BidForWorkbook) -> tuple[object, ...]:
    quality = bid.evaluation.quality
    total = quality.total if quality.total is not None else quality.why_no_total
    scores = [section.score for section in quality.sections]
    failing = [f"{entry.question_id} {_standing(entry, bid)}" for entry in bid.evaluation.fails]
    return (
        bid.name,
        bid.rank or bid.why_not_ranked or "not ranked",
        total,
        *(score if score is not None else "–" for score in scores),
        bid.mark_source,
        "; ".join(failing) or "none proposed as failed",
        len(bid.needs_evaluator),
    )


def _standing(entry: RequirementResult, bid: BidForWorkbook) -> str:
    decision = bid.decided.get(entry.question_id)
    if decision is None:
        return "proposed to fail"
    return "passed by decision" if decision.passed else "failed"


def _write_points(
    book: Workbook, bids: Sequence[BidForWorkbook], questionnaire: Questionnaire
) -> None:
    """Questions down, bids across: the mark and the points of quality it earns."""
    sheet = cast(Worksheet, book.create_sheet("Scores"))
    names = [text for bid in bids for text in (f"{bid.name}: mark", f"{bid.name}: points")]
    write_headings(sheet, ["Question", "Title", "% of quality", *names])
    set_widths(sheet, (14, 42, 14, *(16 for _ in names)))
    for cell in sheet[1]:
        dress(cell, HEADING_FONT)
    row = 2
    for number, section in enumerate(questionnaire.sections):
        scores = [bid.evaluation.quality.sections[number] for bid in bids]
        _write_section(sheet, row, section.title, scores)
        for asked in section.questions:
            row += 1
            _write_question(sheet, row, asked, scores)
        row += 1
    put(sheet, row, 2, "Quality").font = BOLD
    for place, bid in enumerate(bids):
        quality = bid.evaluation.quality
        total = quality.total if quality.total is not None else quality.why_no_total
        cell = put(sheet, row, 5 + 2 * place, total)
        dress(cell, BOLD)
        cell.number_format = POINTS
    sheet.freeze_panes = "D2"


def _write_section(sheet: Worksheet, row: int, title: str, scores: list[SectionScore]) -> None:
    dress(put(sheet, row, 1, title), UNWRAPPED)
    for place, score in enumerate(scores):
        value = f"{score.score} of 100" if score.score is not None else "–"
        dress(put(sheet, row, 5 + 2 * place, value), AT_RIGHT)
    put(sheet, row, 3, scores[0].weight if scores else None)
    for column in range(1, 4 + 2 * len(scores)):
        dress(sheet.cell(row, column), BOLD, STRIPE, BOXED)


def _write_question(
    sheet: Worksheet, row: int, asked: AskedQuestion, scores: list[SectionScore]
) -> None:
    dress(put(sheet, row, 1, asked.id), BOXED)
    least = f" (least mark {asked.threshold})" if asked.threshold else ""
    dress(put(sheet, row, 2, f"{asked.question.title}{least}"), BOXED)
    share = put(
        sheet, row, 3, _points(asked.share_of_quality) if asked.is_scored else asked.in_words
    )
    dress(share, BOXED)
    share.number_format = POINTS
    for place, section in enumerate(scores):
        found = next(score for score in section.questions if score.question_id == asked.id)
        mark = found.mark if found.mark is not None else "not marked" if asked.is_marked else "none"
        dress(put(sheet, row, 4 + 2 * place, mark), BOXED)
        cell = put(sheet, row, 5 + 2 * place, _points(found.score) if asked.is_scored else None)
        dress(cell, BOXED)
        cell.number_format = POINTS


def _points(exact: Decimal | None) -> Decimal | None:
    """Return points as pages show them: a cell holds no figure that its format hides."""
    return None if exact is None else exact.quantize(HUNDREDTH, ROUND_HALF_UP)


def _write_marks(
    book: Workbook, bids: Sequence[BidForWorkbook], questionnaire: Questionnaire
) -> None:
    entries = [(bid, asked) for bid in bids for asked in questionnaire.questions]

    def level(entry: tuple[BidForWorkbook, AskedQuestion]) -> SuggestedLevel:
        return entry[0].evaluation.levels[entry[1].id]

    def given(entry: tuple[BidForWorkbook, AskedQuestion], what: str) -> str:
        return getattr(entry[0].given.get(entry[1].id), what, "")

    columns = (
        Column("Supplier", 22, lambda e: e[0].name),
        Column("Question", 11, lambda e: e[1].id),
        Column("Title", 26, lambda e: e[1].question.title),
        Column("Suggested level", 12, lambda e: level(e).words),
        Column("What limits the level", 64, lambda e: _reasons(level(e))),
        Column("Mark", 8, lambda e: e[0].marks.get(e[1].id)),
        Column("Mark from", 18, lambda e: e[0].mark_source),
        Column("Reason", 46, lambda e: given(e, "reason")),
        Column("Feedback for the bidder", 46, lambda e: given(e, "feedback")),
        Column("Marked by", 18, lambda e: given(e, "by")),
        Column("Descriptor of the mark", 46, _descriptor),
    )
    listing(book, "Marks", columns, entries).freeze_panes = "C2"


def _reasons(level: SuggestedLevel) -> str:
    lines = [
        f"At most {reason.ceiling}: {reason.words} [{reason.rule}]" for reason in level.reasons
    ]
    if level.unread:
        lines.append(f"Not read by a rule: {', '.join(level.unread)}")
    return "\n".join(lines) or "Nothing: the structured answers allow the top of the scale"


def _descriptor(entry: tuple[BidForWorkbook, AskedQuestion]) -> str:
    bid, asked = entry
    mark = bid.marks.get(asked.id)
    return "" if mark is None else asked.question.levels.get(mark, "")


def _write_requirements(
    book: Workbook, bids: Sequence[BidForWorkbook], questionnaire: Questionnaire
) -> None:
    entries = [(bid, entry) for bid in bids for entry in bid.evaluation.requirements]

    def title(entry: tuple[BidForWorkbook, RequirementResult]) -> str:
        asked = questionnaire.question(entry[1].question_id)
        return asked.question.title if asked else ""

    def decision(entry: tuple[BidForWorkbook, RequirementResult], what: str) -> str:
        return getattr(entry[0].decided.get(entry[1].question_id), what, "")

    columns = (
        Column("Supplier", 24, lambda e: e[0].name),
        Column("Question", 11, lambda e: e[1].question_id),
        Column("Title", 30, title),
        Column("What the rules find", 18, lambda e: PROPOSES[str(e[1].result)]),
        Column("Why", 70, lambda e: "\n".join(e[1].reasons)),
        Column("Rules", 30, lambda e: "\n".join(e[1].rules)),
        Column("Decision", 20, _decision),
        Column("Reason of the decision", 46, lambda e: decision(e, "reason")),
        Column("Decided by", 18, lambda e: decision(e, "by")),
    )
    listing(book, "Requirements", columns, entries)


PROPOSES = {"met": "met", "not met": "failure proposed", "not checked": "not checked"}


def _decision(entry: tuple[BidForWorkbook, RequirementResult]) -> str:
    decided = entry[0].decided.get(entry[1].question_id)
    if decided is not None:
        return "pass" if decided.passed else "fail"
    return "not yet decided" if str(entry[1].result) != "met" else ""


def _write_flags(book: Workbook, bids: Sequence[BidForWorkbook]) -> None:
    columns = (
        Column("Supplier", 24, lambda e: e[0]),
        Column("Severity", 12, lambda e: e[1]),
        Column("Rule", 32, lambda e: e[2]),
        Column("What it says", 56, lambda e: e[3]),
        Column("Because (the answers in words)", 70, lambda e: e[4]),
        Column("Risks", 14, lambda e: e[5]),
        Column("Question to the supplier (draft)", 56, lambda e: e[6]),
    )
    entries = [line for bid in bids for line in _flag_lines(bid)]
    listing(book, "Flags and checks", columns, entries)


def _flag_lines(bid: BidForWorkbook) -> Iterator[tuple[str, ...]]:
    for fired in bid.evaluation.findings.flags:
        yield (bid.name, *_flag_line(fired))
    for missing in bid.evaluation.findings.not_checked:
        says = f"The tender gives no value for {', '.join(missing.facts)}, which this rule needs"
        yield (bid.name, "not checked", missing.rule, says, "", "", "")


def _flag_line(fired: Fired) -> tuple[str, ...]:
    flag = fired.flag
    if flag is None:
        raise TypeError(f"{fired.rule} carries no flag")
    risks = ", ".join(flag.risks)
    return (str(flag.severity), fired.rule, flag.says, fired.words, risks, fired.clarification)


def _write_unread(
    book: Workbook, bids: Sequence[BidForWorkbook], questionnaire: Questionnaire
) -> None:
    entries = [
        (bid.name, questionnaire.parts[part_id])
        for bid in bids
        for part_id in bid.needs_evaluator
        if part_id in questionnaire.parts
    ]
    columns = (
        Column("Supplier", 24, lambda e: e[0]),
        Column("Part", 12, lambda e: e[1].id),
        Column("What was asked", 80, lambda e: e[1].ask),
        Column("Kind", 14, lambda e: e[1].kind),
        Column("Evidence expected", 60, lambda e: e[1].evidence),
    )
    listing(book, "Needs an evaluator", columns, entries)
