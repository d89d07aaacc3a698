"""Frameworks say where they are answered, and what became of the controls of an older version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from question_bank.rules.frameworks import Control, Framework
from question_bank.rules.integrity.texts import REFUSED
from question_bank.rules.questions import Bank
from question_bank.rules.reading.plain import advice

LONGEST = {"name": 90, "version": 60, "about": 600, "who": 400, "link_text": 120, "unsure": 300}
THEMES_POINT_AT = "connected-places"


def problems(bank: Bank) -> Iterator[str]:
    places = frozenset((*bank.questions, *bank.parts))
    for framework in bank.frameworks.values():
        yield from _own_problems(framework, places)
        yield from _tested_problems(framework, bank)
        yield from _risk_problems(framework, bank)
        yield from _text_problems(framework)
        if framework.successor or framework.replaced:
            yield from _succession_problems(framework, bank.frameworks)
    yield from _theme_problems(bank)


def _own_problems(framework: Framework, places: frozenset[str]) -> Iterator[str]:
    counted = Counter(control.id for control in framework.controls)
    for control_id, count in counted.items():
        if count > 1:
            yield f"{framework.id}: the control {control_id} is given {count} times"
    for place in framework.answered_by:
        if place not in places:
            yield (
                f"{framework.id}, answered_by: {place} is not a question or part"
                f"{advice(place, places)}"
            )
    if not framework.controls and not framework.answered_by:
        yield f"{framework.id}: say in ‘answered_by’ where it is answered, as it has no controls"


def _tested_problems(framework: Framework, bank: Bank) -> Iterator[str]:
    for control in framework.controls:
        for question in control.tested_by:
            if question not in bank.questions:
                yield (
                    f"{framework.id}, {control.id}: {question} is not a question"
                    f"{advice(question, bank.questions)}"
                )


def _risk_problems(framework: Framework, bank: Bank) -> Iterator[str]:
    for control in framework.controls:
        for risk in control.risks:
            if risk not in bank.risks:
                yield (
                    f"{framework.id}, {control.id}: {risk} is not a risk{advice(risk, bank.risks)}"
                )


def _text_problems(framework: Framework) -> Iterator[str]:
    for key, longest in LONGEST.items():
        text = getattr(framework, key)
        if len(text) > longest:
            yield (
                f"{framework.id}: the {key} has {len(text)} characters; its place holds {longest}"
            )
        for pattern, remedy in REFUSED:
            if pattern.search(text):
                yield f"{framework.id}, {key}: {remedy}"


def _succession_problems(
    framework: Framework, frameworks: Mapping[str, Framework]
) -> Iterator[str]:
    newer = frameworks.get(framework.successor)
    if newer is None:
        yield f"{framework.id}: ‘{framework.successor}’, its successor, is not a framework"
        return
    if framework.id in _line_of(newer, frameworks):
        yield f"{framework.id}: it cannot come before itself; mend ‘successor’"
    for old, new in framework.replaced.items():
        if framework.control(old) is None:
            yield f"{framework.id}, replaced: {framework.id} has no ‘{old}’"
        if new and newer.control(new) is None:
            yield f"{framework.id}, replaced, {old}: {newer.id} has no ‘{new}’"
    for control in framework.controls:
        if control.id not in framework.replaced and not _is_kept(control, newer):
            yield (
                f"{framework.id}: {control.id} is not the same in {newer.id}; "
                "say in ‘replaced’ what became of it"
            )


def _is_kept(control: Control, newer: Framework) -> bool:
    kept = newer.control(control.id)
    return kept is not None and kept.title == control.title


def _line_of(framework: Framework, frameworks: Mapping[str, Framework]) -> list[str]:
    """Return a framework and all that came after it, each once."""
    line: list[str] = []
    following: Framework | None = framework
    while following is not None and following.id not in line:
        line.append(following.id)
        following = frameworks.get(following.successor)
    return line


def _theme_problems(bank: Bank) -> Iterator[str]:
    target = bank.frameworks.get(THEMES_POINT_AT)
    if target is None:
        return
    for theme in bank.themes.values():
        for control in theme.connected_places:
            if target.control(control) is None:
                yield f"{theme.id}, connected_places: {THEMES_POINT_AT} has no ‘{control}’"
