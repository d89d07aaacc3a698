"""Descriptors, knock-outs and classes: what may decide, and whether it is stated how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from question_bank.rules.knock_outs import knock_outs
from question_bank.rules.questions import PartClass
from tenders.rules.findings import Finding, Place, Urgency
from tenders.rules.law import Law
from tenders.rules.questionnaire import AskedQuestion, Questionnaire

SCALE = range(6)
HALF = Decimal(50)


def findings(questionnaire: Questionnaire, facts: Mapping[str, Any], law: Law) -> Iterator[Finding]:
    for asked in questionnaire.questions:
        yield from _descriptors(asked, law)
        yield from _knock_outs(asked, law)
        yield from _share(asked, law)
    yield from _participation(questionnaire, facts, law)


def _title(asked: AskedQuestion) -> str:
    return f"{asked.id} {asked.question.title}"


def _descriptors(asked: AskedQuestion, law: Law) -> Iterator[Finding]:
    lacking = [str(mark) for mark in SCALE if not asked.question.levels.get(mark, "").strip()]
    if asked.is_scored and lacking:
        yield Finding(
            f"{_title(asked)} does not say what earns {_listed(lacking)}",
            Place.QUESTIONS,
            remedy="Describe every mark from 0 to 5, or do not mark the question.",
            source=law.rules["descriptors"],
            about=asked.id,
        )


def _listed(marks: list[str]) -> str:
    return marks[0] if len(marks) == 1 else f"{', '.join(marks[:-1])} and {marks[-1]}"


def _knock_outs(asked: AskedQuestion, law: Law) -> Iterator[Finding]:
    found = knock_outs(asked.question)
    unsaid = [knock_out.rule for knock_out in found if not knock_out.says.strip()]
    if unsaid:
        yield Finding(
            f"{_title(asked)} can fail a bid without saying by what",
            Place.QUESTIONS,
            remedy="Write the sentence that suppliers read about it: it is published.",
            source=law.rules["knock-outs"],
            about=asked.id,
            details=tuple(unsaid),
        )
    if asked.assessed_as is PartClass.INFORMATION and found:
        yield Finding(
            f"{_title(asked)} is asked for information, so no answer to it fails a bid",
            Place.QUESTIONS,
            urgency=Urgency.SHOULD,
            remedy="Make it a requirement if bids are to fail by it.",
            source=law.rules["information"],
            about=asked.id,
            details=tuple(knock_out.says for knock_out in found),
        )
    yield from _information_parts(asked, law)
    if asked.assessed_as is PartClass.REQUIREMENT and not found:
        yield Finding(
            f"{_title(asked)} is passed or failed, but no rule says what fails it",
            Place.QUESTIONS,
            urgency=Urgency.SHOULD,
            remedy="Ask it for information, have it marked, or say what must be answered.",
            source=law.rules["requirements"],
            about=asked.id,
        )


def _information_parts(asked: AskedQuestion, law: Law) -> Iterator[Finding]:
    """A part asked for information decides nothing, by itself or for the whole question."""
    if asked.assessed_as is PartClass.INFORMATION:
        return
    informs = {p.id for p in asked.question.parts if p.assessed is PartClass.INFORMATION}
    for knock_out in knock_outs(asked.question):
        own = {part for part in informs if knock_out.rule.startswith(f"{part}:")}
        if knock_out.rule.endswith(":pass"):
            own = informs & knock_out.parts
        for part in sorted(own):
            yield Finding(
                f"{part} is asked for information, yet a bid can fail by it",
                Place.QUESTIONS,
                why=knock_out.says,
                remedy="Make the part a requirement, or take out what fails a bid.",
                source=law.rules["information"],
                about=asked.id,
            )


def _share(asked: AskedQuestion, law: Law) -> Iterator[Finding]:
    if asked.is_scored and asked.share_of_quality > HALF:
        yield Finding(
            f"{_title(asked)} makes up more than half of quality",
            Place.QUESTIONS,
            why=f"It counts {asked.share_of_quality.normalize():f}% of quality: one mark would "
            "decide the tender.",
            urgency=Urgency.SHOULD,
            remedy="Share the weight out over more questions.",
            source=law.rules["proportionate"],
            about=asked.id,
        )


def _participation(
    questionnaire: Questionnaire, facts: Mapping[str, Any], law: Law
) -> Iterator[Finding]:
    """Conditions of participation need a procedure that has a stage for them."""
    asking = [
        asked
        for asked in questionnaire.questions
        if asked.assessed_as is PartClass.PARTICIPATION
        or any(part.assessed is PartClass.PARTICIPATION for part in asked.question.parts)
    ]
    below = facts.get("above_threshold") == "no" or facts.get("procedure") == "below-threshold"
    procedure = law.procedures.get(facts.get("procedure") or "")
    for asked in asking:
        if below:
            yield Finding(
                f"{_title(asked)} decides who may bid, which a tender below the threshold cannot",
                Place.QUESTIONS,
                remedy="Make it a requirement or have it marked: both look at the bid, not at who "
                "sends it.",
                source=law.rules["below-threshold"],
                about=asked.id,
            )
        elif procedure is None or not procedure.participation:
            unknown = "Enter the procedure among the facts, or make it a requirement."
            yield Finding(
                f"{_title(asked)} is a condition of participation, and "
                + (
                    "the procedure is not entered"
                    if procedure is None
                    else "there is no such stage"
                ),
                Place.FACTS if procedure is None else Place.QUESTIONS,
                urgency=Urgency.SHOULD if procedure is None else Urgency.MUST,
                remedy=unknown if procedure is None else "Make it a requirement or have it marked.",
                source=procedure.source if procedure else law.rules["participation"],
                about=asked.id,
            )
