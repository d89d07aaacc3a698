"""The questionnaire with its marking scheme as a Word document: for a tender run on another portal,
and for whoever wants to read on paper what was published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from question_bank.rules.questions import ROWED, Kind, Part, PartClass
from supplier_portal.rules.progress import about
from supplier_portal.wordml import PAGE_WIDTH, document, facts_table, paragraph, table
from tenders.effort import minutes_of
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

MARK_WIDTH = 1000
NUMBER_WIDTH = 1800
CLASSES = {
    PartClass.PARTICIPATION: "Condition of taking part",
    PartClass.REQUIREMENT: "Pass or fail",
    PartClass.SCORED: "Marked",
    PartClass.INFORMATION: "For information",
}
# How each kind of part is answered; the workbook says it at every cell.
ANSWERED_WITH = {
    Kind.COMMITMENT: "yes; yes, with an exception that is described; or no",
    Kind.CHOICE: "one of these",
    Kind.CHOICES: "any of these",
    Kind.SHORT_TEXT: "a short text",
    Kind.NARRATIVE: "a text",
    Kind.NUMBER: "a number",
    Kind.MONEY: "an amount in pounds",
    Kind.DURATION: "a length of time, in days, hours and minutes",
    Kind.DATE: "a date",
    Kind.URL: "a web address",
    Kind.COUNTRY: "a country",
    Kind.CERTIFICATE: "a certificate, with",
    Kind.RECORD: "one entry, with",
    Kind.TABLE: "a table, with for each row",
    Kind.FILE: "one or more files, sent beside the workbook",
}


def questionnaire_document(
    questionnaire: Questionnaire,
    *,
    title: str,
    facts: Iterable[tuple[str, str]],
    rules: Iterable[tuple[str, str]],
) -> bytes:
    """Return what is asked and how it is marked as .docx.

    ``facts`` say which tender it is and ``rules`` how marks become a score, each label and words.
    """
    return document(title, _content(questionnaire, title, facts, rules))


def _content(
    questionnaire: Questionnaire,
    title: str,
    facts: Iterable[tuple[str, str]],
    rules: Iterable[tuple[str, str]],
) -> Iterator[str]:
    yield paragraph(title, "Title")
    yield facts_table(facts)
    yield paragraph("How the answers are marked", "Heading1")
    yield facts_table(rules)
    yield paragraph("")
    minutes = minutes_of(questionnaire)
    yield _weights(questionnaire, minutes)
    for section in questionnaire.sections:
        yield paragraph(f"{section.title} ({_percent(section.weight)} of quality)", "Heading1")
        for asked in section.questions:
            yield from _question(asked, minutes[asked.id])


def _weights(questionnaire: Questionnaire, minutes: Mapping[str, int]) -> str:
    rows = [["Question", "Share of quality", "Minutes"]]
    for section in questionnaire.sections:
        for asked in section.questions:
            rows.append(
                [f"{asked.id} {asked.question.title}", _worth(asked), str(minutes[asked.id])]
            )
    widths = [PAGE_WIDTH - 2 * NUMBER_WIDTH, NUMBER_WIDTH, NUMBER_WIDTH]
    return table(rows, widths, header=True)


def _question(asked: AskedQuestion, minutes: int) -> Iterator[str]:
    question = asked.question
    yield paragraph(f"{asked.id} {question.title}", "Heading2")
    yield paragraph(f"{_worth(asked)}. {about(minutes).capitalize()} of work.", italic=True)
    yield paragraph(question.why)
    if asked.threshold:
        yield paragraph(
            f"The least mark is {asked.threshold}. If the agreed mark is lower, the bid may be "
            "rejected."
        )
    if question.pass_when is not None:
        yield paragraph(f"It fails if: {question.pass_says}.")
    if asked.is_marked:
        levels = [
            [str(level), words] for level, words in sorted(question.levels.items(), reverse=True)
        ]
        widths = [MARK_WIDTH, PAGE_WIDTH - MARK_WIDTH]
        yield table([["Mark", "What the answer shows"], *levels], widths, header=True)
    for part in question.parts:
        yield from _part(part)
    yield paragraph(f"Source: {question.source}.", italic=True)


def _part(part: Part) -> Iterator[str]:
    yield paragraph(f"{part.id} {part.label}", "Heading3")
    yield paragraph(part.ask)
    if part.hint:
        yield paragraph(part.hint, italic=True)
    how = [CLASSES[part.assessed], "required" if part.required else "optional"]
    if part.shown_when is not None:
        how.append("asked only if earlier answers call for it")
    yield paragraph(
        f"{', '.join(how)}. Answered with {ANSWERED_WITH[part.kind]}{_limit(part)}.", italic=True
    )
    for choice in _choices(part):
        yield paragraph(choice, "ListBullet")
    if part.evidence:
        yield paragraph(f"Evidence: {part.evidence}", italic=True)


def _limit(part: Part) -> str:
    if part.kind is Kind.NARRATIVE and part.words:
        return f" of up to {part.words:,} words"
    if part.kind is Kind.SHORT_TEXT and part.characters:
        return f" of up to {part.characters:,} characters"
    return f", in {part.unit}" if part.unit else ""


def _choices(part: Part) -> Iterator[str]:
    """Return what an answer is chosen from, or what each of its rows holds."""
    if part.kind in ROWED and part.schema is not None:
        for column in part.schema.columns:
            needed = "" if column.required else " (if there is one)"
            options = ", ".join(option.label for option in column.options)
            yield f"{column.label}{needed}{': ' + options if options else ''}"
        return
    if part.kind is not Kind.COMMITMENT:
        yield from (option.label for option in part.options)


def _worth(asked: AskedQuestion) -> str:
    if asked.is_scored:
        return f"{_percent(asked.share_of_quality)} of quality"
    return asked.in_words.capitalize()


def _percent(share: Decimal) -> str:
    """Return a share to at most two places, half up, without zeros at its end."""
    rounded = share.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") + "%"
