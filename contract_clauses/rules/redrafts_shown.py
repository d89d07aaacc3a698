"""Where a schedule is not what the library has in one depth: words, and depths clause by clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from contract_clauses.rules.library import Depth
from contract_clauses.rules.parts import Paragraph, Schedule, ScheduledClause
from contract_clauses.rules.wording import plain_text

LONGEST = 400


def redrafted_texts(schedule: Schedule) -> Mapping[str, tuple[str, ...]]:
    """Return the sub-clauses that people wrote, as they print, by clause."""
    return {
        clause.id: tuple(_text(part) for part in clause.paragraphs if part.departure)
        for clause in schedule.clauses
        if clause.departs
    }


def _text(paragraph: Paragraph) -> str:
    text = " ".join([paragraph.text, *(plain_text(item.segments) for item in paragraph.items)])
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def depth_exceptions(schedule: Schedule) -> tuple[ScheduledClause, ...]:
    """Return the clauses that somebody put in another depth than the schedule has."""
    topics = [clause for clause in schedule.clauses if clause.id]
    depth = depth_of_schedule(schedule)
    return tuple(clause for clause in topics if clause.redrafted and clause.depth != depth)


def depth_of_schedule(schedule: Schedule) -> str:
    """Return the depth of what nobody redrafted; where that is nothing, the most frequent one."""
    topics = [clause for clause in schedule.clauses if clause.id]
    depths = [clause.depth for clause in topics if not clause.redrafted]
    depths = depths or [clause.depth for clause in topics]
    return Counter(depths).most_common(1)[0][0] if depths else Depth.STANDARD


def depths_in_words(schedule: Schedule) -> str:
    """Return the depth of a schedule with its exceptions; empty where it has one depth alone."""
    exceptions = depth_exceptions(schedule)
    if not exceptions:
        return ""
    named = "; ".join(
        f"clause {clause.number}, {clause.title}: {clause.depth}" for clause in exceptions
    )
    return f"{depth_of_schedule(schedule).capitalize()}, but {named}"
