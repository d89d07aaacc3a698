"""A plan as it is: made from a pack, turned into a questionnaire, looked things up in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.packs import read_pack
from question_bank.rules.questions import Bank, PartClass, Question
from question_bank.rules.reading import ContentError
from question_bank.rules.reading.questions import read_question
from tenders.rules.freezing import plain_values
from tenders.rules.questionnaire import Questionnaire, choose

FORMAT = "supplier-assurance-plan/1"

# A plan, and one entry of it: plain values throughout.
Plan = dict[str, Any]
Entry = dict[str, Any]


class PlanError(DomainError):
    """A change the plan cannot take; the sentence says what to do instead."""


def plan_from_pack(
    edition_version: str,
    raw_pack: Mapping[str, Any],
    own_questions: Iterable[Mapping[str, Any]] = (),
    reasons: Iterable[Mapping[str, str]] = (),
    triage: Mapping[str, Any] | None = None,
) -> Plan:
    """Return the plan that asks what a pack asks.

    ``own_questions`` are copied into it, those the pack asks. The minutes a pack names are left
    out: they are summed from what is asked in the end.
    """
    pack = {key: value for key, value in raw_pack.items() if key != "minutes"}
    wanted = {entry.id for _, entry in read_pack(pack).questions()}
    plan: Plan = plain_values(
        {
            "format": FORMAT,
            "edition": edition_version,
            "pack": pack,
            "questions": [raw for raw in own_questions if raw["id"] in wanted],
            "reasons": list(reasons),
            "triage": triage,
        }
    )
    return plan


def questionnaire_of_plan(edition_bank: Bank, plan: Mapping[str, Any]) -> Questionnaire:
    """Return what a plan asks. Raises ContentError where the bank lacks something it names."""
    return choose(bank_of_plan(edition_bank, plan), read_pack(plan["pack"], unfinished=True))


def bank_of_plan(edition_bank: Bank, plan: Mapping[str, Any]) -> Bank:
    """Return the bank with the plan's own questions among its questions."""
    own = plan["questions"]
    if not own:
        return edition_bank
    read = [read_question(raw, edition_bank.schemas, edition_bank.themes) for raw in own]
    for question in read:
        if question.id in edition_bank.questions:
            raise ContentError(f"The bank has a question {question.id} already")
    return replace(
        edition_bank,
        questions={**edition_bank.questions, **{question.id: question for question in read}},
        raw={**edition_bank.raw, "questions": [*edition_bank.raw["questions"], *own]},
    )


def natural_class(question: Question) -> PartClass:
    """Return how a question is best assessed: as the strictest of its parts, marked if any is."""
    if question.weight > 0:
        return PartClass.SCORED
    classes = {part.assessed for part in question.parts}
    if question.pass_when is not None:
        classes.discard(PartClass.SCORED)
    for assessed in (PartClass.SCORED, PartClass.PARTICIPATION, PartClass.REQUIREMENT):
        if assessed in classes:
            return assessed
    return PartClass.REQUIREMENT if question.pass_when is not None else PartClass.INFORMATION


def sections_of(plan: Mapping[str, Any]) -> list[Entry]:
    sections: list[Entry] = plan["pack"]["sections"]
    return sections


def entries_of(plan: Mapping[str, Any]) -> Iterator[Entry]:
    """Yield each question of the plan as its pack holds it, in the order asked."""
    for section in sections_of(plan):
        yield from section["questions"]


def weight_of(entry: Mapping[str, Any]) -> Decimal:
    """Return the weight of a section or a question, exact."""
    return Decimal(str(entry.get("weight") or 0))


def own_ids(plan: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(raw["id"] for raw in plan["questions"])


def entry_of(plan: Mapping[str, Any], question_id: str) -> Entry:
    """Return a question as the plan's pack holds it. Raises PlanError if it is not asked."""
    for entry in entries_of(plan):
        if entry["id"] == question_id:
            return entry
    raise PlanError(f"{question_id} is not in this questionnaire any more")


def section_in(plan: Mapping[str, Any], section_id: str) -> Entry:
    for section in sections_of(plan):
        if section["id"] == section_id:
            return section
    raise PlanError("This section is not in this questionnaire any more")


def section_with(plan: Mapping[str, Any], question_id: str) -> Entry:
    """Return the section that asks a question. Raises PlanError if none does."""
    for section in sections_of(plan):
        if any(entry["id"] == question_id for entry in section["questions"]):
            return section
    raise PlanError(f"{question_id} is not in this questionnaire any more")


def reasons_about(plan: Mapping[str, Any], about: str) -> list[Entry]:
    return [reason for reason in plan["reasons"] if reason["about"] == about]
