"""Which question tests which control of which framework, and which controls none does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from question_bank.rules.frameworks import Control, Framework
from question_bank.rules.questions import Question


@dataclass(frozen=True, slots=True)
class FrameworkCoverage:
    """``tested``: each control with the ids of the questions that test it, in their order."""

    framework: Framework
    tested: tuple[tuple[Control, tuple[str, ...]], ...]
    untested: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class ControlMapped:
    """A control that a question maps to. ``through`` is the control of the newer version that
    the question names, where the mapping is derived from it."""

    framework: Framework
    control: Control
    through: str = ""


def coverage(
    questions: Iterable[Question], frameworks: Mapping[str, Framework]
) -> tuple[FrameworkCoverage, ...]:
    """Return what ``questions`` test of each framework that has controls, in their order.

    A question names controls of one version only; what it tests of the version before is derived
    through ``Framework.replaced``, so that neither version is mistaken for the other.
    """
    asked = tuple(questions)
    return tuple(
        _coverage_of(framework, asked, frameworks)
        for framework in frameworks.values()
        if framework.controls
    )


def _coverage_of(
    framework: Framework, questions: tuple[Question, ...], frameworks: Mapping[str, Framework]
) -> FrameworkCoverage:
    testing: dict[str, list[str]] = {control.id: [] for control in framework.controls}
    for question in questions:
        for mapped in controls_in(question, framework, frameworks):
            testing[mapped.control.id].append(question.id)
    return FrameworkCoverage(
        framework=framework,
        tested=tuple(
            (control, tuple(testing[control.id]))
            for control in framework.controls
            if testing[control.id]
        ),
        untested=tuple(control for control in framework.controls if not testing[control.id]),
    )


def controls_of(
    question: Question, frameworks: Mapping[str, Framework]
) -> tuple[tuple[Framework, tuple[ControlMapped, ...]], ...]:
    """Return every framework the question maps to with its controls, in the frameworks' order."""
    found = (
        (framework, controls_in(question, framework, frameworks))
        for framework in frameworks.values()
    )
    return tuple((framework, controls) for framework, controls in found if controls)


def controls_in(
    question: Question, framework: Framework, frameworks: Mapping[str, Framework]
) -> tuple[ControlMapped, ...]:
    """Return the controls of one framework that the question tests, in the framework's order."""
    named = frozenset(question.controls.get(framework.id, ()))
    newer = _named_in_successor(question, framework, frameworks)
    found = []
    for control in framework.controls:
        in_newer = framework.id_in_successor(control.id)
        if control.id in named or question.id in control.tested_by:
            found.append(ControlMapped(framework, control))
        elif in_newer in newer:
            found.append(ControlMapped(framework, control, through=in_newer))
    return tuple(found)


def _named_in_successor(
    question: Question, framework: Framework, frameworks: Mapping[str, Framework]
) -> frozenset[str]:
    """Return the ids the question names in the next version, if that version is known."""
    if framework.successor not in frameworks:
        return frozenset()
    return frozenset(question.controls.get(framework.successor, ()))


def answered_at(
    framework: Framework, questions: Iterable[Question], frameworks: Mapping[str, Framework]
) -> tuple[str, ...]:
    """Return where the bank answers a framework: ids of questions, and the parts it names."""
    mapped = (question.id for question in questions if controls_in(question, framework, frameworks))
    return tuple(dict.fromkeys((*mapped, *framework.answered_by)))
