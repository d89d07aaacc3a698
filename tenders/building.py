"""What the pages that build a questionnaire show: sections, sums, minutes, reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from question_bank import loader
from question_bank.queries.editions import compared, later_than, version_of
from question_bank.queries.own import ReadyQuestion, ready_questions
from question_bank.rules.differences import Thing, touching
from question_bank.rules.effort import Effort, effort, minutes_to_answer
from question_bank.rules.questions import Part, PartClass, Question
from tenders import planned
from tenders.models import Tender
from tenders.planned import Planned
from tenders.rules.dependencies import Dependent, dependents_of
from tenders.rules.plan import Entry, Plan, entries_of, reasons_about
from tenders.rules.plan.problems import is_to_be_marked, question_total, section_total, shown
from tenders.rules.questionnaire import AskedQuestion, Section

# Each class in a word, and what choosing it means.
CLASSES: Mapping[PartClass, tuple[str, str]] = {
    PartClass.SCORED: (
        "Marked",
        "Evaluators give a mark from 0 to 5, and its weight counts towards quality.",
    ),
    PartClass.REQUIREMENT: (
        "Pass or fail",
        "A requirement of the contract. It has no weight; an officer decides on an answer that "
        "proposes failure.",
    ),
    PartClass.PARTICIPATION: (
        "Condition of participation",
        "About the supplier rather than the contract: legal and financial capacity or technical "
        "ability (Procurement Act 2023, section 22). Below the thresholds goods and services have "
        "no such stage before tenders are submitted (section 85).",
    ),
    PartClass.INFORMATION: (
        "For information",
        "Asked and shown to evaluators, never marked, and no answer to it proposes failure.",
    ),
}
AUTHORS: Mapping[str, str] = {"triage": "Proposed because", "officer": "Chosen because"}


@dataclass(frozen=True)
class Line:
    """A question on the page that shows them all. ``whole``: with every part of the bank."""

    asked: AskedQuestion
    whole: Question
    is_own: bool
    minutes: int
    reasons: tuple[str, ...]

    @property
    def class_in_words(self) -> str:
        return CLASSES[self.asked.assessed_as][0]

    @property
    def parts_in_words(self) -> str:
        count, of = len(self.asked.question.parts), len(self.whole.parts)
        return f"all {of}" if count == of else f"{count} of {of}"

    @property
    def is_marked(self) -> bool:
        return is_to_be_marked(self.asked)

    @property
    def can_have_weight(self) -> bool:
        return self.asked.assessed in (None, PartClass.SCORED)

    @property
    def weight(self) -> str:
        return shown(self.asked.weight)

    @property
    def share(self) -> str:
        """Return the share of quality in percent, to the hundredth."""
        return shown(self.asked.share_of_quality.quantize(Decimal("0.01")))


@dataclass(frozen=True)
class Block:
    """A section with its questions; ``total``: the sum of their weights."""

    section: Section
    total: Decimal
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def weight(self) -> str:
        return shown(self.section.weight)

    @property
    def sum_in_words(self) -> str:
        return shown(self.total)


@dataclass(frozen=True)
class Overview:
    planned: Planned
    blocks: tuple[Block, ...]
    total: str
    effort: Effort
    reasons: tuple[str, ...]
    # Reasons for questions and sections that were taken out since.
    left_out: tuple[tuple[str, str], ...]

    @property
    def parts(self) -> int:
        return len(self.planned.questionnaire.parts)


def overview(draft: Planned) -> Overview:
    questionnaire, plan = draft.questionnaire, draft.plan
    own = {raw["id"] for raw in plan["questions"]}
    blocks = tuple(_block(section, draft, own) for section in questionnaire.sections)
    lines = [line for block in blocks for line in block.lines]
    return Overview(
        planned=draft,
        blocks=blocks,
        total=shown(section_total(questionnaire)),
        effort=effort((line.asked.question, line.whole) for line in lines),
        reasons=reasons_in_words(plan, "pack"),
        left_out=tuple(_left_out(plan)),
    )


def _block(section: Section, draft: Planned, own: set[str]) -> Block:
    whole = draft.questionnaire.bank.questions
    lines = tuple(
        Line(
            asked,
            whole[asked.id],
            asked.id in own,
            minutes_to_answer(asked.question, whole[asked.id]),
            reasons_in_words(draft.plan, f"question:{asked.id}"),
        )
        for asked in section.questions
    )
    reasons = reasons_in_words(draft.plan, f"section:{section.id}")
    return Block(section, question_total(section), lines, reasons)


def reasons_in_words(plan: Plan, about: str) -> tuple[str, ...]:
    return tuple(
        f"{AUTHORS.get(reason['by'], 'Because')}: {reason['says']}"
        for reason in reasons_about(plan, about)
    )


def own_reason(plan: Plan, about: str) -> str:
    """Return what an officer said about a choice, to be edited; empty if nothing."""
    found = [reason["says"] for reason in reasons_about(plan, about) if reason["by"] == "officer"]
    return str(found[0]) if found else ""


def _left_out(plan: Plan) -> list[tuple[str, str]]:
    """Return what was proposed or chosen with a reason and is not asked any more."""
    here = {"pack", *(f"question:{entry['id']}" for entry in entries_of(plan))}
    here |= {f"section:{section['id']}" for section in plan["pack"]["sections"]}
    return [
        (reason["about"].partition(":")[2], reason["says"])
        for reason in plan["reasons"]
        if reason["about"] not in here
    ]


@dataclass(frozen=True)
class Offered:
    """A question that can be added. ``own``: an own question, with the form that is copied."""

    question: Question
    own: ReadyQuestion | None = None


def offered(draft: Planned, authority_id: int, search: str = "") -> list[Offered]:
    """Return the questions not asked yet that have every word sought, own ones first."""
    asked = {question.id for question in draft.questionnaire.bare_questions}
    bank = loader.edition(draft.plan["edition"]).bank
    own = [
        Offered(planned.own_question(ready.raw, bank), ready)
        for ready in ready_questions(authority_id)
    ]
    all_of_them = [*own, *(Offered(question) for question in bank.questions.values())]
    words = search.casefold().split()
    return [
        found
        for found in all_of_them
        if found.question.id not in asked and _has_words(found.question, words)
    ]


def _has_words(question: Question, words: list[str]) -> bool:
    texts = [question.id, question.title, question.why, question.topic]
    texts += [part.ask for part in question.parts]
    text = " ".join(texts).casefold()
    return all(word in text for word in words)


def read_elsewhere(draft: Planned, question_ids: Collection[str]) -> list[Dependent]:
    """Return which checks, and what of other questions, read the answers to these."""
    asked = [q for q in draft.questionnaire.bare_questions if q.id in question_ids]
    parts = [part.id for question in asked for part in question.parts]
    return [d for d in dependents_of(draft.dependents, parts) if d.question not in question_ids]


def needed_by(draft: Planned, question: Question) -> dict[str, list[str]]:
    """Return by part of a question what reads its answer, in words for beside the part."""
    return {
        part.id: [
            f"{dependent.place}: {dependent.what}"
            for dependent in dependents_of(draft.dependents, [part.id])
        ]
        for part in question.parts
    }


def hint_of_part(part: Part, needed: list[str], *, most: int = 4) -> str:
    """Return what stands under a part that can be asked or not."""
    words = CLASSES[part.assessed][0]
    if not needed:
        return f"{words}."
    more = f", and {len(needed) - most} more" if len(needed) > most else ""
    return f"{words}. Its answer is read by {'; '.join(needed[:most])}{more}."


def newer_own(draft: Planned, authority_id: int) -> dict[str, ReadyQuestion]:
    """Return the own questions asked here of which a newer version is ready, by id."""
    copies: dict[str, Entry] = {raw["id"]: raw for raw in draft.plan["questions"]}
    if not copies:
        return {}
    return {
        ready.question_id: ready
        for ready in ready_questions(authority_id)
        if ready.question_id in copies and ready.version > copies[ready.question_id]["version"]
    }


@dataclass(frozen=True)
class Move:
    """To which edition a draft can be moved, and what that changes of what it asks."""

    version: str
    is_newer: bool
    things: tuple[Thing, ...]


def other_edition(tender: Tender, draft: Planned) -> Move | None:
    """Return the edition the authority works with, if the draft rests on another one."""
    version = version_of(tender.authority_id)
    here = draft.plan["edition"]
    if version == here:
        return None
    asked = {entry["id"]: entry.get("parts") for entry in entries_of(draft.plan)}
    return Move(
        version, version in later_than(here), tuple(touching(compared(here, version), asked))
    )
