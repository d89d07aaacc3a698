"""From marks to scores: exact decimals, rounded once. The rule is published with the tender."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from foundation.errors import DomainError
from scoring.rules.results import TOP_OF_SCALE, QualityScore, QuestionScore, SectionScore
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

HUNDREDTH = Decimal("0.01")
HUNDRED = Decimal(100)


class MarkOutsideScale(DomainError):
    pass


def checked_mark(mark: int) -> int:
    """Return ``mark``; raise MarkOutsideScale unless it is a whole number from 0 to 5."""
    if isinstance(mark, bool) or not isinstance(mark, int) or not 0 <= mark <= TOP_OF_SCALE:
        raise MarkOutsideScale("Select a mark from 0 to 5", field="mark")
    return mark


def question_score(asked: AskedQuestion, mark: int | None) -> QuestionScore:
    """Return share of quality × mark / 5, in points of quality: 0 to the share, exact."""
    share = asked.share_of_quality if asked.is_scored else Decimal(0)
    score = None if mark is None else share * checked_mark(mark) / TOP_OF_SCALE
    return QuestionScore(asked.id, share, mark, score)


def section_score(section: Section, marks: Mapping[str, int]) -> SectionScore:
    """Return Σ weight × mark / 5 of the section's scored questions, 0 to 100, half up, 2 places.

    A section that scores nothing has no total.
    """
    scores = tuple(question_score(asked, marks.get(asked.id)) for asked in section.questions)
    exact = _exact_section(section, marks)
    total = None if exact is None else exact.quantize(HUNDREDTH, ROUND_HALF_UP)
    return SectionScore(section.id, section.title, section.weight, scores, total)


def _exact_section(section: Section, marks: Mapping[str, int]) -> Decimal | None:
    scored = [asked for asked in section.questions if asked.is_scored]
    if not scored or any(asked.id not in marks for asked in scored):
        return None
    points = (asked.weight * checked_mark(marks[asked.id]) for asked in scored)
    return sum(points, Decimal(0)) / TOP_OF_SCALE


def quality_score(questionnaire: Questionnaire, marks: Mapping[str, int]) -> QualityScore:
    """Return Σ section × section weight: 0 to 100, rounded once, half up, to 2 places.

    An unmarked scored question leaves the total None: it is never guessed. So does a questionnaire
    that scores nothing, which ranks nobody. Sections are summed unrounded, so the total may differ
    by a hundredth from the sum of the rounded sections.
    """
    sections = tuple(section_score(section, marks) for section in questionnaire.sections)
    exact = [
        (_exact_section(section, marks), section.weight)
        for section in questionnaire.sections
        if any(asked.is_scored for asked in section.questions)
    ]
    if not exact or any(score is None for score, _ in exact):
        return QualityScore(sections, None)
    total = sum((score * weight for score, weight in exact if score is not None), Decimal(0))
    return QualityScore(sections, (total / HUNDRED).quantize(HUNDREDTH, ROUND_HALF_UP))
