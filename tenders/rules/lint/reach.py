"""Whether every part can be shown, every requirement passed and every rule fire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from operator import is_

from question_bank.rules.conditions.agreement import Asker, unasked
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.questions import Part, PartClass, Question
from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Law
from tenders.rules.lint.clauses import Wanted
from tenders.rules.questionnaire import Questionnaire


def findings(
    questionnaire: Questionnaire, clauses: Iterable[Wanted], law: Law
) -> Iterator[Finding]:
    return iter(_found(_Same(questionnaire, clauses, law)))


class _Same:
    """What is looked at, the same where it is the very same objects: none of it ever changes."""

    def __init__(self, questionnaire: Questionnaire, clauses: Iterable[Wanted], law: Law) -> None:
        self.things = (questionnaire, clauses, law)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and all(map(is_, self.things, other.things))

    def __hash__(self) -> int:
        return hash(tuple(map(id, self.things)))


@lru_cache(maxsize=32)
def _found(looked_at: _Same) -> tuple[Finding, ...]:
    """Worked out once for all who look at the same draft: it is most of the work of a check."""
    return tuple(_findings(*looked_at.things))


def _findings(
    questionnaire: Questionnaire, clauses: Iterable[Wanted], law: Law
) -> Iterator[Finding]:
    asked = shown_parts(questionnaire)
    asker = Asker(asked, questionnaire.bank.facts)
    for entry in questionnaire.questions:
        yield from _hidden(entry.question, asked, law)
        if entry.assessed_as is not PartClass.INFORMATION:
            yield from _impassable(entry.question, asker, law)
    yield from _unknown(questionnaire, law)
    yield from _silent(questionnaire, asker, clauses, law)


def shown_parts(questionnaire: Questionnaire) -> Mapping[str, Part]:
    """Return the parts that some answers bring up; one that waits for a hidden part is hidden."""
    shown = dict(questionnaire.parts)
    asker = Asker(shown, questionnaire.bank.facts)
    while hidden := [
        part.id
        for part in shown.values()
        if part.shown_when is not None and not asker.can_hold(part.shown_when)
    ]:
        for part_id in hidden:
            del shown[part_id]
    return shown


def _hidden(question: Question, asked: Mapping[str, Part], law: Law) -> Iterator[Finding]:
    title, source = f"{question.id} {question.title}", law.rules["dependencies"]
    hidden = [part for part in question.parts if part.id not in asked]
    if question.parts and len(hidden) == len(question.parts):
        yield Finding(
            f"{title} can never be reached: every part of it waits for an answer nobody can give",
            Place.QUESTIONS,
            remedy="Ask what its parts wait for, or remove the question.",
            source=source,
            about=question.id,
            details=tuple(_waits(part.id, part.shown_when, asked) for part in hidden),
        )
    elif hidden:
        yield Finding(
            f"{title} has {_count(len(hidden), 'part')} that no supplier will see",
            Place.QUESTIONS,
            urgency=Urgency.SHOULD,
            remedy="Ask what they wait for as well, or leave them out.",
            source=source,
            about=question.id,
            details=tuple(_waits(part.id, part.shown_when, asked) for part in hidden),
        )


def _impassable(question: Question, asker: Asker, law: Law) -> Iterator[Finding]:
    title = f"{question.id} {question.title}"
    if question.pass_when is not None and not asker.can_hold(question.pass_when):
        yield Finding(
            f"{title} would fail every bid: what passes it is not asked",
            Place.QUESTIONS,
            why=question.pass_says,
            remedy="Ask the parts that pass it, or remove the question.",
            source=law.rules["knock-outs"],
            about=question.id,
            details=unasked(question.pass_when, asker.parts),
        )


def _waits(what: str, condition: Condition | None, asked: Mapping[str, Part]) -> str:
    lacking = unasked(condition, asked) if condition is not None else ()
    if not lacking:
        return f"{what}: its condition contradicts the answers on offer"
    return f"{what} waits for {', '.join(lacking)}"


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"


def conditions_of(question: Question) -> Iterator[tuple[str, Condition]]:
    """Yield every condition of a question with the rule or part it belongs to."""
    if question.pass_when is not None:
        yield f"{question.id}:pass", question.pass_when
    for part in question.parts:
        if part.shown_when is not None:
            yield part.id, part.shown_when
        for outcome in part.outcomes:
            yield outcome.rule, outcome.when


def _unknown(questionnaire: Questionnaire, law: Law) -> Iterator[Finding]:
    """A part or fact that neither the questionnaire nor its bank has: a slip in an own question."""
    parts, facts = questionnaire.bank.parts, questionnaire.bank.facts
    for question in questionnaire.bare_questions:
        found = [
            f"{rule} names {name}"
            for rule, condition in conditions_of(question)
            for name in sorted(
                {part for part in condition.parts() if part not in parts}
                | {f"tender.{fact}" for fact in condition.facts() if fact not in facts}
            )
        ]
        if found:
            yield Finding(
                f"{question.id} {question.title} has rules about what does not exist",
                Place.QUESTIONS,
                remedy="Change the conditions, or remove the question.",
                source=law.rules["dependencies"],
                about=question.id,
                details=tuple(found),
            )


def _silent(
    questionnaire: Questionnaire,
    asker: Asker,
    clauses: Iterable[Wanted],
    law: Law,
) -> Iterator[Finding]:
    """Rules, checks and clauses that no answer can bring about: what they need is left out."""
    rules = [
        (rule, condition)
        for question in questionnaire.bare_questions
        for part in question.parts
        if part.id in asker.parts
        for rule, condition in ((outcome.rule, outcome.when) for outcome in part.outcomes)
    ]
    checks = [
        (f"{case.rule} {case.title}", case.when)
        for case in questionnaire.bank.checks
        if not case.after_marking
    ]
    wanted = [(clause.title, clause.when) for clause in clauses]
    for word, pairs in (
        (("rule", "rules"), rules),
        (("check between answers", "checks between answers"), checks),
        (("clause", "clauses"), wanted),
    ):
        never = [
            _waits(title, condition, asker.parts)
            for title, condition in pairs
            if unasked(condition, asker.parts) and not asker.can_hold(condition)
        ]
        if never:
            yield Finding(
                f"{len(never)} {word[0] if len(never) == 1 else word[1]} can never come about",
                Place.QUESTIONS,
                why="What they look at is not asked in this tender.",
                urgency=Urgency.SHOULD,
                remedy="Ask the parts they wait for, if you need them.",
                source=law.rules["dependencies"],
                details=tuple(never),
            )
