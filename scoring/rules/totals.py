"""From marks to scores: exact, rounded once. The rule is published with the tender.

Inside, every figure is a fraction, because a price divided by another has no last decimal; what is
shown is rounded once, half up, to 2 places.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm
from operator import mul

from foundation.errors import DomainError
from scoring.rules.results import TOP_OF_SCALE, QualityScore, QuestionScore, SectionScore
from tenders.rules.questionnaire import AskedQuestion, Questionnaire, Section

HUNDREDTH = Decimal("0.01")
HUNDRED = 100
PLACES = 2
# No weight has so many decimals.
LONGEST = 200


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
    return _section_score(section, marks, _exact_section(section, marks))


def _section_score(
    section: Section, marks: Mapping[str, int], exact: Fraction | None
) -> SectionScore:
    scores = tuple(question_score(asked, marks.get(asked.id)) for asked in section.questions)
    total = None if exact is None else half_up(exact)
    return SectionScore(section.id, section.title, section.weight, scores, total)


def quality_score(questionnaire: Questionnaire, marks: Mapping[str, int]) -> QualityScore:
    """Return Σ section × section weight: 0 to 100, rounded once, half up, to 2 places.

    An unmarked scored question leaves the total None: it is never guessed. So does a questionnaire
    that scores nothing, which ranks nobody. Sections are summed unrounded, so the total may differ
    by a hundredth from the sum of the rounded sections.
    """
    by_section = exact_sections(questionnaire, marks)
    sections = tuple(
        _section_score(section, marks, by_section.get(section.id))
        for section in questionnaire.sections
    )
    exact = exact_quality(questionnaire, by_section)
    return QualityScore(sections, None if exact is None else half_up(exact))


def scores(section: Section) -> bool:
    """Whether a section counts: one that only informs, passes or fails has no score."""
    return bool(section.scored)


def exact_sections(questionnaire: Questionnaire, marks: Mapping[str, int]) -> dict[str, Fraction]:
    """Return the exact score of each section that counts and is fully marked, by its id."""
    found = ((one.id, _exact_section(one, marks)) for one in questionnaire.sections)
    return {section_id: score for section_id, score in found if score is not None}


def exact_quality(
    questionnaire: Questionnaire, sections: Mapping[str, Fraction]
) -> Fraction | None:
    """Return the exact score of quality, 0 to 100; None unless every section that counts has one.

    The best is the top of the scale everywhere, not what the best bid reached.
    """
    counting = [section for section in questionnaire.sections if scores(section)]
    if not counting or any(section.id not in sections for section in counting):
        return None
    # In whole numbers over one denominator: adding fractions one by one costs four times as much.
    shares = [(sections[section.id], section.exact_weight) for section in counting]
    below = lcm(*[score.denominator * weight.denominator for score, weight in shares])
    points = sum(
        score.numerator * weight.numerator * (below // (score.denominator * weight.denominator))
        for score, weight in shares
    )
    return Fraction(points, below * HUNDRED)


def weighed(quality: Fraction, points: Fraction, quality_weight: int) -> Fraction:
    """Return the total of quality and price points, each 0 to 100, by weights in percent."""
    return (quality * quality_weight + points * (HUNDRED - quality_weight)) / HUNDRED


def half_up(value: Fraction, places: int = PLACES) -> Decimal:
    """Return ``value``, which is not negative, rounded half up."""
    return Decimal(_with_point(in_units(value, places), places))


def in_units(value: Fraction, places: int = PLACES) -> int:
    """Return ``value`` in hundredths, rounded half up: the one place where it is done."""
    number, of, unit = value.numerator, value.denominator, int(10**places)
    return (2 * number * unit + of) // (2 * of)


def exact_text(value: Fraction) -> str:
    """Return a fraction that has a last decimal with all of them: marks and weights have."""
    places = 0
    while 10**places % value.denominator:
        places += 1
        if places > LONGEST:
            raise ValueError(f"{value} has no last decimal")
    return _with_point(value.numerator * 10**places // value.denominator, places)


def _with_point(digits: int, places: int) -> str:
    if not places:
        return str(digits)
    text = str(digits).rjust(places + 1, "0")
    return f"{text[:-places]}.{text[-places:]}"


def _exact_section(section: Section, marks: Mapping[str, int]) -> Fraction | None:
    if not section.scored:
        return None
    weights, of = section.whole_weights
    try:
        given = [marks[question_id] for question_id in weights]
    except KeyError:
        return None
    # Thousands of bids are weighed anew at once: what is plainly a mark is not looked at twice.
    if set(map(type, given)) != _WHOLE or min(given) < 0 or max(given) > TOP_OF_SCALE:
        for mark in given:
            checked_mark(mark)
    return Fraction(sum(map(mul, weights.values(), given)), of * TOP_OF_SCALE)


_WHOLE = {int}
