"""The whole way at once: answers to levels, risks, ranking and contract schedules, as values.

Nobody has marked these bids. Marks are the suggested levels, the most the structured answers allow,
and are labelled so; what only a person can read is listed, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contract_clauses.rules.library import Library
from contract_clauses.rules.parts import Parties, Schedule
from contract_clauses.rules.schedule import build_schedule
from foundation.errors import DomainError
from question_bank.rules.answers import what_is_missing
from question_bank.rules.kinds import is_empty
from records.rules.tender_file import TenderFile
from scoring.rules.evaluation import examine, level_marks, with_marks
from scoring.rules.ranking import Candidate, Ranked, rank
from scoring.rules.report import HIGHEST_POSSIBLE, BidForWorkbook, parts_to_read
from scoring.rules.results import BidEvaluation
from scoring.rules.risks import CAN_BE_MARKED
from tenders.rules.questionnaire import Questionnaire

LONGEST_SLUG = 60


class CannotWrite(DomainError):
    """The folder for what an assessment makes cannot take it."""


@dataclass(frozen=True, slots=True)
class SupplierAnswers:
    """One supplier and its answers as stored; ``source`` names the file they came from."""

    name: str
    answers: Mapping[str, Any]
    company_number: str = ""
    address: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class AssessedBid:
    """``missing`` are the required parts without an answer; ``unasked`` answers count for nothing
    because an earlier answer means that their part is not asked."""

    supplier: SupplierAnswers
    slug: str
    evaluation: BidEvaluation
    marks: Mapping[str, int]
    ranked: Ranked
    schedule: Schedule
    missing: tuple[str, ...]
    unasked: tuple[str, ...]

    @property
    def for_workbook(self) -> BidForWorkbook:
        return BidForWorkbook(
            name=self.supplier.name,
            evaluation=self.evaluation,
            marks=self.marks,
            mark_source=HIGHEST_POSSIBLE,
            needs_evaluator=parts_to_read(self.evaluation),
            rank=self.ranked.rank,
            why_not_ranked=self.ranked.why_not,
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    """Bids in the order of their rank; those proposed to fail last."""

    questionnaire: Questionnaire
    library: Library
    tender: TenderFile
    bids: tuple[AssessedBid, ...]


def assess(
    questionnaire: Questionnaire,
    library: Library,
    tender: TenderFile,
    suppliers: Iterable[SupplierAnswers],
    *,
    on: date,
) -> Assessment:
    """Return everything the rules say about these suppliers. The same input gives the same result.

    A rule whose tender fact is missing is reported as not checked. A bid for which failure is
    proposed is not ranked: an officer decides first.
    """
    found = [(supplier, *evaluated(questionnaire, tender, supplier)) for supplier in suppliers]
    slugs = slugs_for(supplier.name for supplier, _, _ in found)
    places = _ranking(found)
    bids = [
        AssessedBid(
            supplier=supplier,
            slug=slugs[position],
            evaluation=evaluation,
            marks=marks,
            ranked=places[position],
            schedule=schedule_for(questionnaire, library, tender, supplier, evaluation, on),
            missing=tuple(_missing(questionnaire, supplier, evaluation)),
            unasked=tuple(
                part
                for part in questionnaire.parts
                if part in supplier.answers and part not in evaluation.situation.parts
            ),
        )
        for position, (supplier, evaluation, marks) in enumerate(found)
    ]
    return Assessment(questionnaire, library, tender, tuple(bids[place] for place in places))


def evaluated(
    questionnaire: Questionnaire, tender: TenderFile, supplier: SupplierAnswers
) -> tuple[BidEvaluation, Mapping[str, int]]:
    """Return what the rules say about one bid nobody has marked, and its suggested levels."""
    examined = examine(questionnaire, supplier.answers, tender.facts)
    marks = level_marks(questionnaire, examined.levels)
    return with_marks(questionnaire, examined, marks, low_is=CAN_BE_MARKED), marks


def _ranking(
    evaluated: list[tuple[SupplierAnswers, BidEvaluation, Mapping[str, int]]],
) -> Mapping[int, Ranked]:
    """Return the place of each bid by its position in ``evaluated``, best first."""
    candidates = [
        Candidate(
            str(position),
            supplier.name,
            evaluation.quality.total,
            _proposed_to_fail(evaluation) or evaluation.quality.why_no_total,
        )
        for position, (supplier, evaluation, _) in enumerate(evaluated)
    ]
    return {int(place.candidate.key): place for place in rank(candidates)}


def _proposed_to_fail(evaluation: BidEvaluation) -> str:
    failed = ", ".join(result.question_id for result in evaluation.fails)
    return f"proposed to fail {failed}; an officer decides" if failed else ""


def schedule_for(
    questionnaire: Questionnaire,
    library: Library,
    tender: TenderFile,
    supplier: SupplierAnswers,
    evaluation: BidEvaluation,
    on: date,
) -> Schedule:
    """Return the contract schedule of one bid, as drawn up on a day."""
    parties = Parties(
        authority=tender.authority,
        supplier=supplier.name,
        tender_title=tender.title,
        tender_reference=tender.reference,
        company_number=supplier.company_number,
        address=supplier.address,
        prepared_on=on,
    )
    return build_schedule(library, evaluation.situation, questionnaire, supplier.answers, parties)


def _missing(
    questionnaire: Questionnaire, supplier: SupplierAnswers, evaluation: BidEvaluation
) -> Iterable[str]:
    for part_id, part in questionnaire.parts.items():
        asked = part_id in evaluation.situation.parts
        if asked and what_is_missing(part, supplier.answers.get(part_id)) is not None:
            yield part_id


def facts_missing(assessment: Assessment) -> tuple[str, ...]:
    """Return the tender facts that are not given, in the order of the bank."""
    given = assessment.tender.facts
    return tuple(name for name in assessment.questionnaire.bank.facts if is_empty(given.get(name)))


def slugs_for(names: Iterable[str]) -> tuple[str, ...]:
    """Return a file name for each supplier: lower case, hyphens, never twice the same."""
    slugs: list[str] = []
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain)[:LONGEST_SLUG].strip("-") or "supplier"
        number, free = 2, slug
        while free in slugs:
            free, number = f"{slug}-{number}", number + 1
        slugs.append(free)
    return tuple(slugs)
