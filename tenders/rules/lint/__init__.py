"""What the law and our practice say about a questionnaire before it is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from question_bank.rules import knock_outs as of_questions
from question_bank.rules.knock_outs import KnockOut
from question_bank.rules.questions import PartClass
from tenders.rules.findings import Finding, Urgency
from tenders.rules.law import Law
from tenders.rules.lint import classes, demands, reach, timing
from tenders.rules.lint.clauses import Wanted, conditions_in
from tenders.rules.planning import findings as planning
from tenders.rules.planning.findings import Planned
from tenders.rules.questionnaire import Questionnaire

__all__ = [
    "Finding",
    "KnockOut",
    "Urgency",
    "Wanted",
    "conditions_in",
    "declared",
    "knock_outs",
    "lint",
]


def lint(
    questionnaire: Questionnaire,
    facts: Mapping[str, Any],
    law: Law,
    *,
    moment: datetime,
    closes_at: datetime | None,
    clauses: tuple[Wanted, ...] = (),
    planned: Planned | None = None,
) -> list[Finding]:
    """Return what must be mended and what is worth a thought, the former first.

    ``moment`` and ``closes_at`` are London times; ``clauses`` are the conditions of later stations
    that wait for answers; ``planned`` is the plan, where it is looked at. Weights are the plan of
    the questionnaire's own business (``rules.plan.problems_of``).
    """
    found = [
        *classes.findings(questionnaire, facts, law),
        *demands.findings(questionnaire, law),
        *reach.findings(questionnaire, clauses, law),
        *timing.findings(
            questionnaire, facts, law, moment=moment, closes_at=closes_at, planned=planned
        ),
        *of_plan(planned, moment, closes_at),
    ]
    return sorted(found, key=lambda finding: finding.urgency is Urgency.SHOULD)


def of_plan(planned: Planned | None, moment: datetime, closes_at: datetime | None) -> list[Finding]:
    """Return where the plan contradicts the law or the tender; nothing where none is looked at."""
    if planned is None:
        return []
    return planning.findings(planned, moment.date(), closes_at.date() if closes_at else None)


def knock_outs(questionnaire: Questionnaire) -> tuple[KnockOut, ...]:
    """Return everything by which a bid can fail, in the order it is asked.

    What is asked for information fails nobody, whatever it was made for.
    """
    return tuple(
        found
        for asked in questionnaire.questions
        if asked.assessed_as is not PartClass.INFORMATION
        for found in of_questions.knock_outs(asked.question)
    )


def declared(questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what the published terms say about failing: knock-outs, and least marks if any.

    Section 23 of the Procurement Act 2023 wants it stated whether failing a criterion disqualifies.
    """
    return {
        "knock_outs": [
            {"rule": found.rule, "question": found.question, "says": found.says}
            for found in knock_outs(questionnaire)
        ],
        "thresholds": list(_thresholds(questionnaire)),
        "failing": "A knock-out or a mark below the least mark proposes that the bid fails; a "
        "named officer decides, with a reason",
    }


def _thresholds(questionnaire: Questionnaire) -> Iterator[dict[str, Any]]:
    for asked in questionnaire.questions:
        if asked.threshold is not None:
            yield {"question": asked.id, "least_mark": asked.threshold}
