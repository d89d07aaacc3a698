"""The trace of an assessment: each level, flag, risk and clause with what caused it, for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from contract_clauses.rules.parts import Schedule
from question_bank.rules.fired import Fired
from records.rules.assessment import AssessedBid, Assessment, facts_missing
from scoring.rules.knowledge import Knowledge, knowledge_of
from scoring.rules.matrix import band
from scoring.rules.report import HIGHEST_POSSIBLE, parts_to_read
from scoring.rules.results import BidEvaluation, Cause, ProposedRisk, RequirementResult
from tenders.rules.questionnaire import Questionnaire

FORMAT = "supplier-assurance-trace/1"


def trace_of(
    assessment: Assessment, *, made_at: datetime, files: Mapping[str, str]
) -> dict[str, Any]:
    """Return trace.json as plain values. ``files`` holds the SHA-256 of each document beside it."""
    tender = assessment.tender
    return {
        "format": FORMAT,
        "made_at": made_at.isoformat(timespec="seconds"),
        "pack": assessment.questionnaire.pack_id,
        "bank_version": assessment.questionnaire.bank.version,
        "clause_library": {
            "version": assessment.library.version,
            "fingerprint": assessment.library.fingerprint,
        },
        "marks": HIGHEST_POSSIBLE,
        "tender": {
            "authority": tender.authority,
            "reference": tender.reference,
            "title": tender.title,
            "facts": dict(tender.facts),
            "facts_missing": list(facts_missing(assessment)),
        },
        "files": dict(files),
        "suppliers": [supplier_trace(bid, assessment.questionnaire) for bid in assessment.bids],
    }


def _figure(score: Decimal | None) -> str | None:
    """Return a score as text, which is exact; null where nothing is scored."""
    return None if score is None else str(score)


def supplier_trace(bid: AssessedBid, questionnaire: Questionnaire) -> dict[str, Any]:
    return {
        "name": bid.supplier.name,
        "company_number": bid.supplier.company_number,
        "answer_file": bid.supplier.source,
        "rank": bid.ranked.rank,
        "why_not_ranked": bid.ranked.why_not,
        **evaluation_trace(bid.evaluation, questionnaire),
        "not_answered": list(bid.missing),
        "answers_not_asked_for": list(bid.unasked),
        **_contract(bid.schedule),
    }


def evaluation_trace(evaluation: BidEvaluation, questionnaire: Questionnaire) -> dict[str, Any]:
    """Return what the rules say about one bid, with what caused it."""
    situation = evaluation.situation
    return {
        "quality": _figure(evaluation.quality.total),
        "sections": {
            section.section_id: _figure(section.score) for section in evaluation.quality.sections
        },
        "levels": [
            {
                "question": level.question_id,
                "level": level.level,
                "in_words": level.words,
                "reasons": [
                    {"rule": reason.rule, "ceiling": reason.ceiling, "words": reason.words}
                    for reason in level.reasons
                ],
                "needs_evaluator": list(level.unread),
            }
            for level in evaluation.levels.values()
        ],
        "requirements": [_requirement(result) for result in evaluation.requirements],
        "flags": [_flag(fired) for fired in evaluation.findings.flags],
        "not_checked": [
            {"rule": rule.rule, "facts": list(rule.facts)}
            for rule in evaluation.findings.not_checked
        ],
        "risks": [
            _risk(risk, knowledge_of(risk.causes, situation, questionnaire))
            for risk in evaluation.risks
        ],
        "needs_evaluator": list(parts_to_read(evaluation)),
    }


def _requirement(result: RequirementResult) -> dict[str, Any]:
    return {
        "question_id": result.question_id,
        "result": result.result,
        "reasons": list(result.reasons),
        "rules": list(result.rules),
    }


def _flag(fired: Fired) -> dict[str, Any]:
    flag = fired.flag
    if flag is None:
        raise TypeError(f"{fired.rule} carries no flag")
    return {
        "rule": fired.rule,
        "severity": str(flag.severity),
        "question": fired.question,
        "says": flag.says,
        "because": fired.words,
        "sources": list(fired.sources),
        "risks": list(flag.risks),
        "clauses_expected": list(flag.clauses),
        "question_to_the_supplier": fired.clarification,
        "blocks_schedule": fired.blocks_schedule,
    }


def _risk(proposed: ProposedRisk, knowledge: Knowledge | None) -> dict[str, Any]:
    return {
        "risk": proposed.risk.id,
        "title": proposed.risk.title,
        "statement": proposed.risk.statement,
        "likelihood": proposed.likelihood,
        "impact": proposed.impact,
        "score": proposed.score,
        "band": str(band(proposed.score)),
        "strength_of_knowledge": "" if knowledge is None else knowledge.words,
        "causes": [_cause(cause) for cause in proposed.causes],
    }


def _cause(cause: Cause) -> dict[str, Any]:
    return {
        "rule": cause.rule,
        "severity": cause.severity,
        "question": cause.question_id,
        "says": cause.says,
        "because": cause.words,
        "sources": list(cause.sources),
        "bank_version": cause.bank_version,
    }


def _contract(schedule: Schedule) -> dict[str, Any]:
    included = [
        {
            "clause": clause.id,
            "version": clause.version,
            "number": clause.number,
            "title": clause.title,
            "ground": clause.ground,
            "because": clause.because,
            "sources": list(clause.sources),
            "values": [asdict(value) for value in clause.variables],
            "left_out": [asdict(left) for left in clause.left_out],
        }
        for clause in schedule.clauses
        if clause.id
    ]
    return {
        "clauses": included,
        "clauses_left_out": [asdict(topic) for topic in schedule.excluded],
        "deviations": [asdict(deviation) for deviation in schedule.deviations],
        "to_be_filled": [asdict(bracket) for bracket in schedule.brackets],
        "commitments": [asdict(line) for line in schedule.commitments],
    }
