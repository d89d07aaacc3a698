"""Every part can be reached, in one direction, and every rule can come true."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from question_bank.rules.conditions.agreement import Asker
from question_bank.rules.conditions.grammar import Condition
from question_bank.rules.integrity.references import condition_problems
from question_bank.rules.questions import Bank, Part, Question


def problems(bank: Bank) -> Iterator[str]:
    parts = bank.parts
    circles = list(_circles(parts))
    for circle in circles:
        way = " → ".join((*circle, circle[0]))
        yield f"{circle[0]}, shown_when: it goes round in a circle ({way}); ask one of them always"
    yield from _order_problems(bank, {part for circle in circles for part in circle})
    yield from _never_true(bank, parts, {part for circle in circles for part in circle})


def _circles(parts: Mapping[str, Part]) -> Iterator[tuple[str, ...]]:
    """Yield the parts that are shown only by each other, each circle once from its first part."""
    seen: set[str] = set()
    order = {part_id: number for number, part_id in enumerate(parts)}
    for start in parts:
        circle = _way_back(start, parts, order)
        if circle and not seen & set(circle):
            seen.update(circle)
            yield circle


def _way_back(
    start: str, parts: Mapping[str, Part], order: Mapping[str, int]
) -> tuple[str, ...] | None:
    """Return the shortest way from a part to itself along what shows it, or None."""
    ways: list[tuple[str, ...]] = [(start,)]
    entered: set[str] = set()
    for way in ways:
        for needed in sorted(_shown_by(parts, way[-1]), key=lambda part: order.get(part, -1)):
            if needed == start:
                return way
            if needed in parts and needed not in entered:
                entered.add(needed)
                ways.append((*way, needed))
    return None


def _shown_by(parts: Mapping[str, Part], part_id: str) -> frozenset[str]:
    shown_when = parts[part_id].shown_when
    return shown_when.parts() if shown_when else frozenset()


def _order_problems(bank: Bank, in_circles: set[str]) -> Iterator[str]:
    """A part may depend only on what was asked before it: pages run in one direction."""
    earlier: set[str] = set()
    for part in bank.all_parts():
        if part.shown_when and part.id not in in_circles:
            for needed in sorted(part.shown_when.parts() & set(bank.parts) - earlier):
                yield f"{part.id}: shown_when reads {needed}, which is not asked before it"
        earlier.add(part.id)


def _never_true(bank: Bank, parts: Mapping[str, Part], left_out: set[str]) -> Iterator[str]:
    """Name what no answers could bring about; what hangs on an unreachable part is not named."""
    asker = Asker(parts, bank.facts)
    unreachable = set(left_out)
    for part in bank.all_parts():
        place = f"{part.id}, shown_when"
        if part.shown_when is None or unreachable & part.shown_when.parts():
            continue
        if _cannot_hold(asker, part.shown_when, place, bank):
            unreachable.add(part.id)
            yield f"{place}: this is never true, so nobody is asked; change or leave it out"
    for place, condition, within in _rules(bank):
        if unreachable & {*condition.parts(), within}:
            continue
        if _cannot_hold(asker, condition, place, bank, within):
            yield f"{place}: this is never true, whatever is answered; change or leave it out"


def _rules(bank: Bank) -> Iterator[tuple[str, Condition, str]]:
    """Yield each rule with its place and the part it belongs to, if any."""
    for question in bank.questions.values():
        yield from _rules_of(question)
    for case in bank.checks:
        yield case.rule, case.when, ""


def _rules_of(question: Question) -> Iterator[tuple[str, Condition, str]]:
    if question.pass_when:
        yield f"{question.id}, pass_when", question.pass_when, ""
    for part in question.parts:
        for outcome in part.outcomes:
            if outcome.when.operator != "chosen":
                yield outcome.rule, outcome.when, part.id


def _cannot_hold(
    asker: Asker, condition: Condition, place: str, bank: Bank, within: str = ""
) -> bool:
    """Whether a condition is never true; one with another fault has its sentence already."""
    if asker.can_hold(condition, within):
        return False
    return not any(condition_problems(place, condition, bank))
