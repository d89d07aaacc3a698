"""The evaluation workbook: ranking, every mark with its reasons, moderation, prices, sensitivity.

Its sheets are read as they go out (evaluation_xml), so that 5,000 bids need no more memory than
five. The internal comments of evaluators are in none of them: they stay in the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from foundation.clock import show_moment
from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.totals import half_up
from scoring.workbook.evaluation_cells import Shows
from scoring.workbook.evaluation_last import definitions_sheet, sensitivity_sheet
from scoring.workbook.evaluation_package import workbook_pieces
from scoring.workbook.evaluation_ranks import price_sheet, ranking_sheet
from scoring.workbook.evaluation_styles import Style
from scoring.workbook.evaluation_values import AGREED, GIVEN, Evaluation
from scoring.workbook.evaluation_xml import Column, Line, SheetToWrite
from tenders.rules.award import in_words
from tenders.rules.questionnaire import AskedQuestion

WHAT = (
    "The whole evaluation as it stood when this file was made: the ranking, the agreed mark of "
    "every answer, what each evaluator gave alone and why, what the panel agreed and why, prices "
    "once the quality of all bids is agreed, and how safe the first place is."
)
NOT_IN_IT = (
    "Internal comments of evaluators and declarations of interests stay in the service. A mark "
    "that its evaluator has not locked yet is named without the mark and its reasons."
)


def evaluation_pieces(evaluation: Evaluation) -> Iterator[bytes]:
    """Return evaluation.xlsx piece by piece."""
    title = f"Evaluation: {evaluation.title}"
    return workbook_pieces(title, evaluation.made_at, _sheets(evaluation, title))


def _sheets(evaluation: Evaluation, title: str) -> Iterator[SheetToWrite]:
    yield _about(evaluation, title)
    yield ranking_sheet(evaluation)
    yield _matrix(evaluation, "Agreed marks", _mark)
    yield _matrix(evaluation, "Scores", _score)
    yield _marks(evaluation)
    yield _moderation(evaluation)
    yield price_sheet(evaluation)
    yield sensitivity_sheet(evaluation.safety, evaluation.names, evaluation.questionnaire)
    yield definitions_sheet(evaluation.questionnaire)


def _about(evaluation: Evaluation, title: str) -> SheetToWrite:
    said = [
        ("What this is", WHAT),
        ("What is not in it", NOT_IN_IT),
        ("Tender", f"{evaluation.reference}, {evaluation.authority}"),
        ("Made", f"{show_moment(evaluation.made_at)}, by {evaluation.made_by}"),
        ("Question bank", f"version {evaluation.questionnaire.bank.version}"),
        ("Questionnaire (SHA-256)", evaluation.questionnaire_sha256),
        ("Bids", f"{len(evaluation.placed):,}, {_count(evaluation)} with a rank"),
        (
            "State",
            "The quality of every bid is agreed."
            if evaluation.is_agreed
            else "The quality of the bids is not agreed yet: what stands here may change.",
        ),
        (
            "Up to",
            f"mark {evaluation.last_mark:,} and agreed mark {evaluation.last_agreed:,}, as the "
            "service numbers them",
        ),
        *in_words(evaluation.method.award, evaluation.method.quality_weight),
    ]
    rows: list[Sequence[object] | Line] = [
        Line(Style.TITLE, (title,)),
        Line(Style.PLAIN, ("",)),
        *said,
    ]
    columns = (Column("", 28, Shows.TEXT), Column("", 110, Shows.TEXT))
    return SheetToWrite("About", columns, rows, headed=False)


def _count(evaluation: Evaluation) -> str:
    return f"{sum(1 for one in evaluation.placed if one.rank):,}"


Value = Callable[[AskedQuestion], Mapping[int | None, object]]


def _matrix(evaluation: Evaluation, title: str, value: Value) -> SheetToWrite:
    """Return bids × questions, in the order of the ranking and of the questionnaire."""
    asked = [one for one in evaluation.questionnaire.questions if one.is_marked]
    shown = [(one.id, value(one)) for one in asked]
    ranks = {one.key: one.rank for one in evaluation.placed}
    names = evaluation.names
    kind = Shows.FIGURE if value is _mark else Shows.POINTS
    columns = [
        Column("Rank", 9),
        Column("Supplier", 34, Shows.TEXT),
        *(Column(f"{one.id}\n{one.question.title}", 14, kind) for one in asked),
    ]
    rows = (
        [ranks[key], names[key], *[known[marks.get(name)] for name, known in shown]]
        for key, marks in evaluation.numbers()
    )
    coloured = (3, len(columns)) if value is _mark and asked else None
    return SheetToWrite(title, columns, rows, frozen=2, coloured=coloured)


def _mark(asked: AskedQuestion) -> Mapping[int | None, object]:
    return {None: None} | {mark: mark for mark in range(TOP_OF_SCALE + 1)}


def _score(asked: AskedQuestion) -> Mapping[int | None, object]:
    """Return the points of quality of each mark: its share × mark ÷ 5, rounded to be shown."""
    share = Fraction(asked.share_of_quality) if asked.is_scored else None
    if share is None:
        return dict.fromkeys((None, *range(TOP_OF_SCALE + 1)))
    scored = {mark: half_up(share * mark / TOP_OF_SCALE) for mark in range(TOP_OF_SCALE + 1)}
    return {None: None} | scored


def _marks(evaluation: Evaluation) -> SheetToWrite:
    return SheetToWrite("Marks", GIVEN, evaluation.given(), frozen=2)


def _moderation(evaluation: Evaluation) -> SheetToWrite:
    return SheetToWrite("Moderation", AGREED, evaluation.agreed(), frozen=2)
