"""The last sheets of the evaluation workbook: how safe the first place is, and what words mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from scoring.rules.results import TOP_OF_SCALE
from scoring.rules.sensitivity import Crossing, MarkMove, Safety, Swing
from scoring.rules.totals import half_up
from scoring.workbook.definition_words import SCORE_WORDS
from scoring.workbook.evaluation_cells import Shows
from scoring.workbook.evaluation_styles import Style
from scoring.workbook.evaluation_xml import Column, Line, SheetToWrite
from tenders.rules.questionnaire import Questionnaire

NOT_YET = (
    "Nothing is worked out yet: how far a weight or a mark would have to move to change the winner "
    "is shown once everything that counts is agreed and one bid has the first place alone."
)
READ_ONLY = (
    "For reading alone: nothing here changes a mark, a weight or a price. Bounds are those of the "
    "exact totals; a weight moves while the others of its kind keep their proportions."
)
WORDS = (
    ("Agreed mark", "What the panel agreed after each evaluator marked alone. Never an average."),
    (
        "Mark",
        "What one evaluator gave alone. It never changes once it is locked, and nobody deletes it.",
    ),
    (
        "Locked",
        "The evaluator said that his marks are final. Before that nobody else sees mark or reason.",
    ),
    ("Points met", "The published points of the descriptors found met: 4.1 is the first of 4."),
    ("In spite of", "What seemed odd and was seen by whoever saved or signed all the same."),
    ("Marks given", "The locked marks that were on the table, by evaluator."),
    ("Saved times", "How often the mark was saved before the one that counts, this one included."),
    ("Price", "Seen once the quality of every bid is agreed. Points for price run from 0 to 100."),
    *SCORE_WORDS,
)


def sensitivity_sheet(
    safety: Safety | None, names: Mapping[str, str], questionnaire: Questionnaire
) -> SheetToWrite:
    columns = (
        Column("What moves", 44, Shows.TEXT),
        Column("Now", 12, Shows.TEXT),
        Column("Changes the first place at", 34, Shows.TEXT),
        Column("Then level or ahead", 40, Shows.TEXT),
    )
    if safety is None:
        said = [Line(Style.REMARK, (NOT_YET,))]
        return SheetToWrite("Sensitivity", [Column("", 110, Shows.TEXT)], said, headed=False)
    return SheetToWrite(
        "Sensitivity", columns, _sensitive(safety, names, questionnaire), headed=False
    )


def _sensitive(
    safety: Safety, names: Mapping[str, str], questionnaire: Questionnaire
) -> Iterator[Line | tuple[str, ...]]:
    titles = {one.id: one.question.title for one in questionnaire.questions}
    yield Line(Style.TITLE, ("How safe the first place is",))
    yield Line(Style.PLAIN, (READ_ONLY,))
    first = f"First: {names[safety.winner]}."
    if safety.by_tie:
        yield Line(Style.PLAIN, (f"{first} A tie was broken: its total is not ahead.",))
    elif safety.runner_up:
        ahead = f"{half_up(abs(safety.lead))} ahead of {names[safety.runner_up]}"
        yield Line(Style.PLAIN, (f"{first} Its exact total is {ahead}, rounded to be shown.",))
    else:
        yield Line(Style.PLAIN, (f"{first} No other bid has a rank.",))
    yield Line(Style.PART, ("Weights",))
    headings = ("What moves", "Now", "Changes the first place at", "Then level or ahead")
    yield Line(Style.HEADING, headings)
    for swing in safety.swings:
        yield from _swing(swing, names)
    yield Line(Style.PART, ("Single marks",))
    yield Line(Style.HEADING, headings)
    moves = safety.marks.moves
    for move in moves:
        yield _move(move, names, titles)
    if not moves:
        yield ("No single mark", "", "", "")
    if safety.marks.further:
        yield Line(
            Style.PLAIN,
            (
                f"Marks of {len(safety.marks.bids)} bids were moved; {safety.marks.further} more "
                "might draw level by one mark that is low now.",
            ),
        )


def _swing(swing: Swing, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    now = f"{_percent(swing.weight.now)}%"
    sides = [(word, one) for word, one in (("down to", swing.below), ("up to", swing.above)) if one]
    for word, crossing in sides:
        at = f"{word} {_percent(crossing.at)}%"
        yield (swing.weight.title, now, at, _by(crossing, names))
    if not sides:
        yield (swing.weight.title, now, "at no weight", "")


def _by(crossing: Crossing, names: Mapping[str, str]) -> str:
    return names.get(crossing.by, "the first falls below the least quality that is ranked")


def _move(move: MarkMove, names: Mapping[str, str], titles: Mapping[str, str]) -> tuple[str, ...]:
    what = f"{names[move.key]}: {move.question_id} {titles.get(move.question_id, '')}".strip()
    then = f"{names.get(move.by, '')} {'draws level' if move.levels else 'is ahead'}".strip()
    return (what, f"mark {move.now}", f"mark {move.to}", then)


def _percent(value: Fraction) -> str:
    text = f"{half_up(value)}"
    return text.removesuffix(".00")


def definitions_sheet(questionnaire: Questionnaire) -> SheetToWrite:
    columns = (Column("Word", 26, Shows.TEXT), Column("Meaning", 110, Shows.TEXT))
    scale = sorted(questionnaire.bank.scale.items(), reverse=True)
    rows: list[Line | tuple[str, str]] = [
        *WORDS,
        Line(Style.PART, ("Scale of marks",)),
        *((str(mark), f"{entry['label']}: {entry['test']}") for mark, entry in scale),
        Line(Style.PART, ("Descriptors, as published",)),
        *(
            (f"{asked.id}, {mark}", asked.question.levels[mark])
            for asked in questionnaire.questions
            for mark in range(TOP_OF_SCALE, -1, -1)
            if asked.question.levels.get(mark)
        ),
    ]
    return SheetToWrite("Definitions", columns, rows)
