"""What a bid's answers lead to: which parts apply, which outcomes and checks fire, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.rules.conditions.deciding import (
    compiled,
    decide,
    known_answer,
    lacks_a_fact,
)
from question_bank.rules.conditions.evaluate import because, evaluate
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.conditions.verdict import Reading, Situation, Truth, Verdict
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import (
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


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that holds for a bid: the outcome of a part, a question's requirement, or a check."""

    rule: str
    because: Sequence[Reading]
    ceiling: int | None = None
    flag: Flag | None = None
    question: str = ""
    clarification: str = ""
    blocks_schedule: bool = False

    @property
    def words(self) -> str:
        return in_one_line(self.because)


class Because(Sequence[Reading]):
    """What a rule that holds rests on, put into words when somebody asks.

    Most rules that hold say that an answer is good, which nobody reads.
    """

    __slots__ = ("_found", "_situation", "_when", "_words")

    def __init__(self, when: Condition, situation: Situation) -> None:
        self._when, self._situation = when, situation
        self._found: tuple[Reading, ...] | None = None
        self._words: str | None = None

    @property
    def found(self) -> tuple[Reading, ...]:
        if self._found is None:
            self._found = because(self._when, self._situation)
        return self._found

    @property
    def words(self) -> str:
        if self._words is None:
            self._words = Verdict(Truth.TRUE, self.found).words
        return self._words

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, place: Any) -> Any:
        return self.found[place]

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self.found == tuple(other)

    def __hash__(self) -> int:
        return hash(self.found)

    def __repr__(self) -> str:
        return repr(self.found)


def in_one_line(readings: Sequence[Reading]) -> str:
    if isinstance(readings, Because):
        return readings.words
    return Verdict(Truth.TRUE, tuple(readings)).words


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not be decided because the tender does not give a fact it needs."""

    rule: str
    facts: tuple[str, ...]


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
    shown: dict[str, Part] = {}
    asked = tuple(questions)
    situation = Situation(
        parts=shown,
        answers=answers,
        facts=facts,
        fact_specs=fact_specs,
        known=frozenset(),
        questionnaire=frozenset(part.id for question in asked for part in question.parts),
    )
    for question in asked:
        for part in question.parts:
            if part.shown_when is None or decide(part.shown_when, situation) is Truth.TRUE:
                shown[part.id] = part
    return situation


def findings(
    questions: Iterable[Question], checks: Iterable[CheckCase], situation: Situation
) -> Findings:
    """Return every outcome, unmet requirement and check that holds. Nothing is decided here."""
    fired: list[Fired] = []
    not_checked: list[NotChecked] = []
    for question in questions:
        for found in _of_question(question, situation):
            (fired if isinstance(found, Fired) else not_checked).append(found)  # type: ignore[arg-type]
    for case in checks:
        if not case.after_marking:
            fired_case = _check(case, situation)
            if isinstance(fired_case, Fired):
                fired.append(fired_case)
            elif fired_case is not None:
                not_checked.append(fired_case)
    return Findings(tuple(fired), tuple(not_checked))


def _of_question(question: Question, situation: Situation) -> Iterable[Fired | NotChecked]:
    for part in question.parts:
        if part.id in situation.parts:
            for outcome in _that_may_hold(part, known_answer(situation, part.id)):
                found = _decided(
                    outcome.rule,
                    outcome.when,
                    situation,
                    ceiling=outcome.ceiling,
                    flag=outcome.flag,
                    question=question.id,
                )
                if found is not None:
                    yield found
    unmet = _unmet_requirement(question, situation)
    if unmet is not None:
        yield unmet


def _that_may_hold(part: Part, known: Any) -> tuple[Outcome, ...]:
    """Return the outcomes of a part without those of options that were not chosen.

    Most outcomes follow from an option: they are told apart without deciding any.
    """
    if part.kind not in ONE_CHOICE or not (known is None or part.option(known)):
        return part.outcomes
    found = part.by_choice.get(known)
    if found is None:
        found = tuple(o for o in part.outcomes if o.when.value == known or not _of_choice(o, part))
        part.by_choice[known] = found
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
    return _decided(
        case.rule,
        case.when,
        situation,
        flag=case.flag,
        clarification=case.clarification,
        blocks_schedule=case.blocks_schedule,
    )


def check_after_marking(checks: Iterable[CheckCase], situation: Situation) -> tuple[Fired, ...]:
    """Return the checks that compare answers with the marks given, once there are marks."""
    found = (_check(case, situation) for case in checks if case.after_marking)
    return tuple(case for case in found if isinstance(case, Fired))


def _decided(
    rule: str, when: Condition, situation: Situation, **more: Any
) -> Fired | NotChecked | None:
    """Return what a rule says of a bid. Most hold for no bid: for those no words are looked for."""
    truth = (when.compiled or compiled(when)).decide(situation)
    if truth is Truth.TRUE:
        return Fired(rule, Because(when, situation), **more)
    if truth is Truth.UNKNOWN and lacks_a_fact(when, situation):
        missing = missing_facts(evaluate(when, situation), situation)
        return NotChecked(rule, missing) if missing else None
    return None


def missing_facts(verdict: Verdict, situation: Situation) -> tuple[str, ...]:
    """Return the tender facts a verdict rests on that the tender does not give."""
    sources = (source.partition("tender.") for source in verdict.sources)
    named = [name for before, _, name in sources if name and not before]
    return tuple(name for name in named if is_empty(situation.facts.get(name)))
