"""What a bid's answers lead to: which parts apply, which outcomes and checks fire, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.rules.conditions.deciding import (
    decide,
    known_answer,
)
from question_bank.rules.conditions.evaluate import evaluate
from question_bank.rules.conditions.needed import cells_needed, cells_of
from question_bank.rules.conditions.verdict import Situation, Truth
from question_bank.rules.fired import Because, Fired
from question_bank.rules.held import NotChecked, held, missing_facts, not_checked, of_outcome
from question_bank.rules.questions import (
    ROWED,
    Asked,
    CheckCase,
    Flag,
    Kind,
    Outcome,
    Part,
    Question,
    Severity,
)

ONE_CHOICE = frozenset({Kind.COMMITMENT, Kind.CHOICE})
NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the rules say about one bid, in questionnaire order, checks last."""

    fired: tuple[Fired, ...]
    not_checked: tuple[NotChecked, ...]
    _by_question: dict[str, list[Fired]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for found in self.fired:
            self._by_question.setdefault(found.question, []).append(found)

    @property
    def flags(self) -> tuple[Fired, ...]:
        return tuple(found for found in self.fired if found.flag is not None)

    def of_question(self, question_id: str) -> tuple[Fired, ...]:
        return tuple(self._by_question.get(question_id, ()))

    @property
    def severities(self) -> Mapping[str, str]:
        """Return the severity of each fired rule that carries a flag."""
        return {found.rule: str(found.flag.severity) for found in self.fired if found.flag}


def situation_of(
    questions: Iterable[Question],
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    fact_specs: Mapping[str, Asked],
) -> Situation:
    """Return what conditions may look at, with the parts this supplier is asked.

    A part whose ``shown_when`` is not true (false or unknown) is not asked, and its answer, if one
    was given before an earlier answer changed, does not count.
    """
    parts = [part for question in questions for part in question.parts]
    every_part = frozenset([part.id for part in parts])
    return situation_among(parts, answers, facts, fact_specs, every_part)


def situation_among(
    parts: Iterable[Part],
    answers: Mapping[str, Any],
    facts: Mapping[str, Any],
    fact_specs: Mapping[str, Asked],
    every_part: frozenset[str],
) -> Situation:
    """Return the same of some parts of a questionnaire, which has ``every_part``.

    What decides whether one of them is asked has to be among them: what is missing is not asked.
    """
    shown: dict[str, Part] = {}
    situation = Situation(
        parts=shown,
        answers=answers,
        facts=facts,
        fact_specs=fact_specs,
        known=frozenset(),
        questionnaire=every_part,
    )
    for part in parts:
        if part.shown_when is None or decide(part.shown_when, situation) is Truth.TRUE:
            shown[part.id] = part
    return situation


def findings(
    questions: Iterable[Question], checks: Iterable[CheckCase], situation: Situation
) -> Findings:
    """Return every outcome, unmet requirement and check that holds. Nothing is decided here."""
    found: list[Fired | NotChecked | None] = []
    for question in questions:
        for part in question.parts:
            if part.id in situation.parts:
                found += [
                    of_outcome(question, one, situation) if isinstance(one, Outcome) else one
                    for one in _that_may_hold(question, part, situation)
                ]
        found.append(_unmet_requirement(question, situation))
    found += [_check(case, situation) for case in checks if not case.after_marking]
    fired = tuple([one for one in found if type(one) is Fired])
    return Findings(fired, tuple([one for one in found if type(one) is NotChecked]))


def _that_may_hold(
    question: Question, part: Part, situation: Situation
) -> Sequence[Outcome | Fired]:
    """Return the outcomes of a part without those of options that were not chosen.

    Most outcomes follow from an option alone, and then they say the same of every bid. They are
    found once, and the part keeps them; not where a bidder wrote something beside the option.
    """
    if part.kind is Kind.CHOICES:
        return _of_choices(question, part, situation)
    if part.kind not in ONE_CHOICE:
        return _of_cells(part, situation) if part.kind in ROWED else part.outcomes
    chosen = known_answer(situation, part.id)
    alone = part.kind is Kind.CHOICE or situation.answers.get(part.id) == {"answer": chosen}
    found = part.found.get((chosen, alone))
    if found is None:
        if not (chosen is None or part.option(chosen)):
            return part.outcomes
        of_option = Situation(
            {part.id: part},
            {part.id: chosen if part.kind is Kind.CHOICE else {"answer": chosen}},
        )
        found = part.found[chosen, alone] = [
            alone and _of_choice(one, part) and of_outcome(question, one, of_option) or one
            for one in part.outcomes
            if one.when.value == chosen or not _of_choice(one, part)
        ]
    return found


def _of_cells(part: Part, situation: Situation) -> Sequence[Outcome]:
    """Return the outcomes without those that need a cell which no row has."""
    found = part.found.get(NEEDS)
    if found is None:
        needs = [(one, cells_needed(one.when, part)) for one in part.outcomes]
        columns = frozenset(name for _, cells in needs for name, _ in cells or ())
        found = part.found[NEEDS] = [columns, needs]
    columns, needs = found
    cells = cells_of(situation.answers.get(part.id) or (), columns)
    if cells is None:
        return part.outcomes
    return [one for one, need in needs if need is None or not cells.isdisjoint(need)]


def _of_choices(question: Question, part: Part, situation: Situation) -> Sequence[Outcome | Fired]:
    """Return the outcomes of the options chosen, which hold, and those of no one option."""
    chosen = known_answer(situation, part.id)
    found: list[Outcome | Fired] = []
    for one in part.outcomes:
        if chosen is None or not _of_choice(one, part):
            found.append(one)
        elif one.when.value in chosen:
            found.append(held(question, one, situation))
    return found


def _of_choice(outcome: Outcome, part: Part) -> bool:
    when = outcome.when
    return when.operator == "chosen" and when.subject == part.id and not when.column


def _unmet_requirement(question: Question, situation: Situation) -> Fired | NotChecked | None:
    """A pass/fail requirement that does not hold proposes failure, as a knock-out flag.

    Unknown is not a pass: a requirement left unanswered is not met, unless a fact is missing.
    """
    if question.pass_when is None:
        return None
    if decide(question.pass_when, situation) is Truth.TRUE:
        return None
    verdict = evaluate(question.pass_when, situation)
    rule = f"{question.id}:pass"
    missing = missing_facts(verdict, situation)
    if verdict.truth is Truth.UNKNOWN and missing:
        return NotChecked(rule, missing)
    flag = Flag(Severity.KNOCK_OUT, (question.main_risk,), question.pass_says)
    return Fired(rule, verdict.because, flag=flag, question=question.id)


def _check(case: CheckCase, situation: Situation) -> Fired | NotChecked | None:
    truth = decide(case.when, situation)
    if truth is not Truth.TRUE:
        return not_checked(case.rule, case.when, situation) if truth is Truth.UNKNOWN else None
    return Fired(
        case.rule,
        Because(case.when, situation),
        flag=case.flag,
        clarification=case.clarification,
        blocks_schedule=case.blocks_schedule,
    )


def check_after_marking(checks: Iterable[CheckCase], situation: Situation) -> tuple[Fired, ...]:
    """Return the checks that compare answers with the marks given, once there are marks."""
    found = (_check(case, situation) for case in checks if case.after_marking)
    return tuple(case for case in found if isinstance(case, Fired))
