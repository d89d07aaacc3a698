"""The sheets of the evaluation workbook that are about places and prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from scoring.rules.prices import Method
from scoring.rules.ranking import Placed, label_of_total, why_by_quality
from scoring.rules.totals import half_up, scores
from scoring.workbook.evaluation_cells import Shows
from scoring.workbook.evaluation_styles import Style
from scoring.workbook.evaluation_values import Evaluation
from scoring.workbook.evaluation_xml import Column, Line, SheetToWrite
from tenders.rules.questionnaire import Questionnaire, Section

SHUT = (
    "Prices are shut. They are seen once the quality of every bid is agreed, so that no price "
    "moves a mark."
)


def ranking_sheet(evaluation: Evaluation) -> SheetToWrite:
    method, counting = evaluation.method, _counting(evaluation.questionnaire)
    columns = [
        Column("Rank", 9),
        Column("Supplier", 34, Shows.TEXT),
        Column("Quality of 100", 12, Shows.POINTS),
        *((Column("Points for price, of 100", 12, Shows.POINTS),) if _has_points(method) else ()),
        *((Column(label_of_total(method), 14, Shows.POINTS),) if method.uses_price else ()),
        *(
            Column(
                f"{section.title} ({section.weight.normalize():f}% of quality)", 16, Shows.POINTS
            )
            for section in counting
        ),
        Column("Why it has no rank", 50, Shows.TEXT),
    ]

    def row(one: Placed) -> list[object]:
        known = evaluation.sections.get(one.key, {})
        return [
            one.rank,
            one.bid.name,
            _rounded(one.bid.quality),
            *((_rounded(one.points),) if _has_points(method) else ()),
            *((_rounded(one.total),) if method.uses_price else ()),
            *(_rounded(_fraction(known.get(section.id))) for section in counting),
            one.why_not,
        ]

    rows: list[Sequence[object] | Line] = [
        *map(row, evaluation.placed),
        *_under_ranking(evaluation),
    ]
    return SheetToWrite("Ranking", columns, rows, frozen=2)


def _under_ranking(evaluation: Evaluation) -> Iterator[Line]:
    why = why_by_quality(evaluation.method)
    if why:
        yield Line(Style.PLAIN, ("", why))
    if evaluation.tie is None:
        return
    names = evaluation.names
    yield Line(Style.PART, ("", "How the tie for the first place ended"))
    for number, step in enumerate(evaluation.tie.steps, start=1):
        figures = "; ".join(f"{names[key]}: {figure}" for key, figure in step.figures.items())
        left = ", ".join(names[key] for key in step.left)
        yield Line(Style.PLAIN, (f"{number}.", f"{step.rule}. {figures}. Left: {left}"))
    if evaluation.tie.winner:
        yield Line(Style.PLAIN, ("", f"First: {names[evaluation.tie.winner]}"))


def _has_points(method: Method) -> bool:
    return method.uses_price and not method.is_per_point


def _rounded(value: Fraction | None) -> Decimal | None:
    """Return a figure as pages show it; one below zero is never a score."""
    return None if value is None else half_up(value)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _counting(questionnaire: Questionnaire) -> list[Section]:
    return [one for one in questionnaire.sections if scores(one)]


def price_sheet(evaluation: Evaluation) -> SheetToWrite:
    method = evaluation.method
    if not method.uses_price:
        says = why_by_quality(method) if evaluation.is_agreed else SHUT
        columns = [Column("Price", 110, Shows.TEXT)]
        return SheetToWrite("Price", columns, [(says or SHUT,)], frozen=0)
    columns = [
        Column("Rank", 9),
        Column("Supplier", 34, Shows.TEXT),
        Column("Price", 18, Shows.MONEY),
        Column("Quality of 100", 12, Shows.POINTS),
        *((Column("Points for price, of 100", 12, Shows.POINTS),) if _has_points(method) else ()),
        Column(label_of_total(method), 14, Shows.POINTS),
        Column("Why it has no rank", 50, Shows.TEXT),
    ]
    rows = (
        [
            one.rank,
            one.bid.name,
            one.bid.price,
            _rounded(one.bid.quality),
            *((_rounded(one.points),) if _has_points(method) else ()),
            _rounded(one.total),
            one.why_not,
        ]
        for one in evaluation.placed
    )
    return SheetToWrite("Price", columns, rows, frozen=2)
