"""Bids that between them bring in every sub-clause of every clause, at every depth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from contract_clauses.loader import shipped_library
from contract_clauses.rules.library import Depth
from contract_clauses.rules.parts import Parties
from contract_clauses.rules.schedule import build_schedule
from question_bank.loader import shipped_bank
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.outcomes import situation_of
from tests.documents.scoring.bids import answer, full

PARTIES = Parties("Hollowmere Council", "Larkfield Sensors Limited", "Sensors", "HM-14")


@cache
def every_part() -> Mapping[str, Any]:
    return {part.id: part for part in shipped_bank().all_parts()}


def situation(answers: Mapping[str, Any], facts: Mapping[str, Any], **known: Any) -> Situation:
    questions = list(shipped_bank().questions.values())
    found = situation_of(questions, dict(answers), dict(facts), full().fact_specs)
    known.setdefault("known", frozenset({"flags", "risks", "marks"}))
    return replace(found, **known)


def printed(found: Situation, depth: Depth) -> Iterator[tuple[str, int, Depth]]:
    """Yield (clause, place of the sub-clause, depth) of everything that prints of a bid."""
    at = replace(found, facts={**found.facts, "contract_depth": str(depth)})
    schedule = build_schedule(shipped_library(), at, full(), at.answers, PARTIES)
    for clause in schedule.clauses:
        for paragraph in clause.paragraphs:
            if clause.id and paragraph.key.isdigit():
                yield clause.id, int(paragraph.key) - 1, depth


def wanted() -> set[tuple[str, int, Depth]]:
    return {
        (topic.id, place, depth)
        for topic in shipped_library().topics.values()
        for depth, places in topic.depths.items()
        for place in places
    }


FACTS = {
    "award_date": "2027-02-01",
    "permitted_countries": ["GB"],
    "notification_hours": "24",
    "personal_data": "yes",
    "public_space_devices": "yes",
    "field_devices": "yes",
    "ai": "yes",
    "site_access": "yes",
    "value": "6000000",
    "above_threshold": "yes",
    "contract_start": "2027-03-01",
    "contract_end": "2030-02-28",
    "extension_end": "2032-02-29",
}


def answers_of(*, best: bool, **changed: Any) -> dict[str, Any]:
    given = {part.id: answer(part, best, "With care.") for part in every_part().values()}
    return given | changed


def with_cells(part: str, **cells: Any) -> Any:
    """Return a best answer of rows, each with these cells."""
    given = answer(every_part()[part], True, "With care.")
    return [row | cells for row in given] if isinstance(given, list) else given | cells


@cache
def covering_bids() -> Mapping[str, Situation]:
    """Return the bids by what is special about each."""
    risks, questions = frozenset(shipped_bank().risks), shipped_bank().questions
    fives, ones = dict.fromkeys(questions, 5), dict.fromkeys(questions, 1)
    gaps = {
        "SLP-05.c": None,
        "SLP-05.e": None,
        "SLP-05.f": None,
        "SLP-05.g": {"answer": "yes"},
        "SLP-05.g3": ["iso-27001"],
        "SLP-08.a": with_cells("SLP-08.a", status="partly"),
        "SLP-11.a": with_cells("SLP-11.a", charge="25"),
        "SLP-12.a": "yes",
        "SLP-12.c": with_cells("SLP-12.c", country="US", transfer="none"),
        "LON-01.a": "will-sign",
        "LON-01.a2": "2027-05-31",
        "LON-02.a": "ready",
        "LON-02.c": "2027-06-30",
        "ALG-04.c": "product-with-consent",
        "ALG-04.d": "deleted",
        "ALG-05.d": "days",
    }
    return {
        "answers everything as well as can be": situation(
            answers_of(best=True), FACTS, marks=fives, risks=frozenset()
        ),
        "answers everything as badly as can be": situation(
            answers_of(best=False), FACTS, marks=ones, risks=risks
        ),
        "promises dates, has gaps and charges": situation(
            answers_of(best=True, **gaps), FACTS, marks=fives, risks=risks
        ),
        "hands its models over": situation(
            answers_of(
                best=True, **{"ALG-04.c": "product-with-consent", "ALG-04.d": "handed-over"}
            ),
            FACTS,
            marks=fives,
            risks=risks,
        ),
        "says nothing": situation({}, FACTS, risks=risks),
    }


@cache
def brought_in() -> Mapping[tuple[str, int, Depth], tuple[str, ...]]:
    """Return by sub-clause and depth the bids that bring it in."""
    found: dict[tuple[str, int, Depth], tuple[str, ...]] = {}
    for name, of_bid in covering_bids().items():
        for depth in Depth:
            for place in printed(of_bid, depth):
                found[place] = (*found.get(place, ()), name)
    return found
