"""What hangs together in a questionnaire: which parts decide about others, and what that breaks."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass, replace

from question_bank.rules.conditions.agreement import Asker, unasked
from question_bank.rules.questions import Part, Question
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that reads answers: ``on`` the parts read, ``what`` in words what it decides.

    ``is_grave``: without the answer something is never asked, or fails every bid. ``part`` and
    ``question``: where it stands; both empty for a check, which belongs to no question.
    """

    place: str
    what: str
    on: frozenset[str]
    is_grave: bool = False
    part: str = ""
    question: str = ""

    @property
    def words(self) -> str:
        return f"{self.place} reads {_listed(sorted(self.on))} to know {self.what}"


def every_dependent(questionnaire: Questionnaire) -> tuple[Dependent, ...]:
    """Return everything that reads an answer other than its own, in the order of the questions."""
    found = [d for question in questionnaire.bare_questions for d in _reading(question)]
    found += [
        Dependent(
            f"Check {case.rule} ({case.title})", "whether answers disagree", case.when.parts()
        )
        for case in questionnaire.bank.checks
    ]
    return tuple(found)


def dependents_of(every: Iterable[Dependent], leaving: Iterable[str]) -> list[Dependent]:
    """Return what of ``every`` dependent reads one of the parts ``leaving``, with those alone.

    Parts that leave themselves are not among it.
    """
    gone = frozenset(leaving)
    return [
        replace(dependent, on=dependent.on & gone)
        for dependent in every
        if dependent.on & gone and dependent.part not in gone
    ]


def _reading(question: Question) -> Iterator[Dependent]:
    for part in question.parts:
        here = Dependent(_named(part), "", frozenset(), False, part.id, question.id)
        if part.shown_when:
            read = part.shown_when.parts() - {part.id}
            yield replace(here, what="whether it is asked", on=read, is_grave=True)
        read = frozenset(p for outcome in part.outcomes for p in outcome.when.parts()) - {part.id}
        if read:
            yield replace(here, what="what its answer leads to", on=read)
    if question.pass_when:
        place, read = f"{question.id} {question.title}", question.pass_when.parts()
        yield Dependent(place, "whether a bid passes", read, True, question=question.id)


def broken_dependencies(questionnaire: Questionnaire) -> Iterator[str]:
    """Yield what can never be asked, and what every bid would fail, as the questions stand.

    A part is asked only where its condition holds, and the condition sees only the parts asked
    before it: whatever it reads must be asked earlier.
    """
    asked = questionnaire.parts
    reachable: dict[str, Part] = {}
    asker = Asker(reachable, questionnaire.bank.facts)
    for question in questionnaire.bare_questions:
        for part in question.parts:
            if part.shown_when is None or asker.can_hold(part.shown_when):
                reachable[part.id] = part
            else:
                why = _why("it", unasked(part.shown_when, reachable), asked)
                yield f"{_named(part)} would never be asked: {why}"
    for question in questionnaire.bare_questions:
        if question.pass_when and not asker.can_hold(question.pass_when):
            why = _why("whether one passes", unasked(question.pass_when, reachable), asked)
            yield f"{question.id} {question.title} would fail every bid: {why}"


def _why(what: str, lacking: Collection[str], asked: Container[str]) -> str:
    if not lacking:
        return f"what {what} depends on contradicts the answers on offer"
    absent = [part for part in lacking if part not in asked]
    if absent:
        are = "is" if len(absent) == 1 else "are"
        return f"{what} depends on {_listed(absent)}, which {are} not asked"
    return f"{what} depends on {_listed(lacking)}, asked only after it: move the question up"


def _named(part: Part) -> str:
    return f"{part.id} ({part.label})"


def _listed(parts: Iterable[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else str(last)
