"""Gaps: controls that nothing in a bid evidences, and the risks that they leave open.

A question is *missing* where nothing is answered, its requirement proposes failure, or its level is
0 or 1 (``why_missing``). A control of a framework is missing where every question that tests it,
and is asked of the bid, is missing. Which risk a missing control leaves open is content: ``risks``
beside the control in ``content/frameworks``. Missing controls that name none leave the question's
main risk open.

A gap says nothing that a flag has said already: where a flag of the question, or a check that read
its answers, proposes the same risk, the gap stays silent. It proposes no more than the risk as the
library rates it: what was not shown makes nothing likelier than the library says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.fired import Fired
from question_bank.rules.frameworks import Control, Framework
from question_bank.rules.outcomes import Findings
from question_bank.rules.questions import PartClass, Question, Severity
from scoring.rules.results import Cause, Marks, SuggestedLevel
from tenders.rules.questionnaire import Questionnaire

GAP = ":gap"
MISSING_UP_TO = 1
# How many controls a cause names before it counts the rest.
NAMED = 4


@dataclass(frozen=True, slots=True)
class Missing:
    """A question that supports no control: why in words, and the answers looked at."""

    why: tuple[str, ...]
    sources: tuple[str, ...]


def why_missing(
    question: Question, found: Findings, level: SuggestedLevel, mark: int | None
) -> tuple[str, ...]:
    """Return why nothing supports the controls of a question, or nothing.

    The answers decide, then the agreed mark; until there is one, the level they suggest.
    """
    failed = [
        f"{fired.flag.says} ({fired.words})" if fired.words else fired.flag.says
        for fired in found.of_question(question.id)
        if fired.flag is not None and fired.flag.severity is Severity.KNOCK_OUT
    ]
    if failed:
        return tuple(dict.fromkeys(failed))
    if mark is not None:
        return (f"Marked {mark}",) if mark <= MISSING_UP_TO else ()
    return tuple(r.words for r in level.reasons if r.ceiling <= MISSING_UP_TO)


def gaps(
    questionnaire: Questionnaire,
    situation: Situation,
    found: Findings,
    levels: Mapping[str, SuggestedLevel],
    marks: Marks,
) -> Iterator[tuple[Cause, str]]:
    """Yield each gap with the risk it proposes, in the order of the questionnaire.

    What a question asks for information alone leaves no gap: nobody has to evidence anything there.
    """
    of_bid = [
        asked
        for asked in questionnaire.questions
        if any(part.id in situation.parts for part in asked.question.parts)
    ]
    missing = {
        asked.id: lacks
        for asked in of_bid
        if asked.assessed_as is not PartClass.INFORMATION
        and (lacks := _missing(asked.question, situation, found, levels[asked.id], marks))
    }
    if not missing:
        return
    supports = frozenset(asked.id for asked in of_bid) - missing.keys()
    checks = [fired for fired in found.of_question("") if _proposes(fired)]
    for asked in of_bid:
        if asked.id in missing and asked.question.controls:
            open_risks = _left_open(questionnaire, asked.question, supports)
            said = _said_by_flags(asked.question, found, checks) if open_risks else frozenset()
            for risk_id, controls in open_risks.items():
                if risk_id not in said and risk_id in questionnaire.bank.risks:
                    lacks = missing[asked.id]
                    yield (
                        _cause(asked.question, controls, lacks, questionnaire.bank.version),
                        risk_id,
                    )


def _missing(
    question: Question,
    situation: Situation,
    found: Findings,
    level: SuggestedLevel,
    marks: Marks,
) -> Missing | None:
    """Return None for a question that supports its controls."""
    mark = marks.get(question.id)
    if not why_missing(question, found, level, mark):
        return None
    # A mark says that the question supports nothing; the answers, where they can, say why.
    why = why_missing(question, found, level, None) or (f"{question.id} is marked {mark}",)
    rules = (r.rule.partition(":")[0] for r in level.reasons if r.ceiling <= MISSING_UP_TO)
    read = tuple(dict.fromkeys(source for source in rules if source in situation.parts))
    return Missing(why, read or (question.id,))


def _left_open(
    questionnaire: Questionnaire, question: Question, supports: frozenset[str]
) -> dict[str, list[tuple[Framework, Control]]]:
    """Return the risks that missing controls leave open, each with those controls.

    ``supports`` are the questions that may evidence a control: asked, and not missing.
    """
    open_risks: dict[str, list[tuple[Framework, Control]]] = {}
    for framework, control, tested_by in questionnaire.controls_tested(question.id):
        if supports.isdisjoint(tested_by):
            for risk_id in control.risks or (question.main_risk,):
                open_risks.setdefault(risk_id, []).append((framework, control))
    return open_risks


def _proposes(fired: Fired) -> bool:
    return fired.flag is not None and fired.flag.severity is not Severity.INFO


def _said_by_flags(question: Question, found: Findings, checks: list[Fired]) -> frozenset[str]:
    """Return the risks that flags of the question propose, or ``checks`` that read its answers."""
    parts = frozenset([part.id for part in question.parts])
    said = [fired for fired in found.of_question(question.id) if _proposes(fired)]
    said += [fired for fired in checks if not parts.isdisjoint(fired.sources)]
    return frozenset(risk_id for fired in said if fired.flag for risk_id in fired.flag.risks)


def _cause(
    question: Question,
    controls: Sequence[tuple[Framework, Control]],
    lacks: Missing,
    version: str,
) -> Cause:
    says = f"{question.id} {question.title}: nothing evidences {_named(controls)}"
    words = "; ".join(lacks.why)
    about = (f"{question.id}{GAP}", "amber", says, words, question.id)
    return Cause(*about, lacks.sources, version)


def _named(controls: Sequence[tuple[Framework, Control]]) -> str:
    """Return ‘A.8.13 Backup (ISO/IEC 27001, Annex A, 2022)’ and so on, and how many more."""
    grouped: dict[str, list[str]] = {}
    for framework, control in controls[:NAMED]:
        grouped.setdefault(framework.title, []).append(f"{control.id} {control.title}")
    named = "; ".join(f"{', '.join(ids)} ({title})" for title, ids in grouped.items())
    more = len(controls) - NAMED
    return named if more <= 0 else f"{named} and {more} more control{'' if more == 1 else 's'}"
