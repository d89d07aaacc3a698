"""What the council would receive if the bid were handed in now. For the supplier's own pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app

from foundation.canonical import canonical_json
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.outcomes import situation_of
from supplier_portal.models import Bid
from supplier_portal.queries.own import answers_of, evidence_of
from supplier_portal.queries.teamwork import last_sign_off
from supplier_portal.rules.progress import missing_parts
from supplier_portal.rules.receipt import BID_FORMAT, content_hash
from supplier_portal.rules.teamwork import is_signed_off
from tenders.queries import facts_of, questionnaire_of


@dataclass(frozen=True)
class ToHandIn:
    """A bid as it stands, less what is said only when handing it in: its version and the name
    under the declaration."""

    content: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """The canonical text: its SHA-256 is the content hash a receipt would show."""
        return canonical_json(dict(self.content))

    @cached_property
    def content_hash(self) -> str:
        return content_hash(self.text)

    def declared(self, *, number: int, by: str) -> str:
        """Return the canonical text that is handed in."""
        return canonical_json({**self.content, "number": number, "declared_by": by})


def asked_answers(bid: Bid) -> tuple[dict[str, Any], int]:
    """Return the answers to parts that are asked, and how many required ones are missing."""
    questionnaire = questionnaire_of(bid.tender)
    situation = _situation(bid, answers_of(bid))
    return _asked(situation), len(missing_parts(questionnaire.bare_questions, situation))


def to_hand_in(bid: Bid, situation: Situation) -> ToHandIn:
    """Return what the bid says in ``situation``; answers no longer asked stay behind."""
    return content_to_hand_in(bid, _asked(situation))


def content_to_hand_in(bid: Bid, answers: Mapping[str, Any]) -> ToHandIn:
    """Return what would be handed in with ``answers``, all of which are asked."""
    return ToHandIn(
        {
            "format": BID_FORMAT,
            "tender": {"token": bid.tender.token, "reference": bid.tender.reference},
            "questionnaire": bid.tender.questionnaire_sha256,
            "bid": bid.token,
            "supplier": {
                "name": bid.supplier.name,
                "legal_name": bid.supplier.legal_name,
                "company_number": bid.supplier.company_number,
            },
            "answers": dict(answers),
            "evidence": _evidence(bid, answers),
            **_handed_in_too(bid, answers),
        }
    )


def missing_when_handed_in(bid: Bid, content: Mapping[str, Any]) -> list[str] | None:
    """Return the required parts that a submission lacked, in words; None where its questions are
    no longer those of the tender, so that it cannot be told here."""
    if content["questionnaire"] != bid.tender.questionnaire_sha256:
        return None
    questions = questionnaire_of(bid.tender).bare_questions
    missing = missing_parts(questions, _situation(bid, content["answers"]))
    return [f"{part.label} ({part.id})" for part, _lacking in missing]


def is_as_signed_off(bid: Bid) -> bool:
    """Return whether a certifier's yes stands for the answers as they are, or nobody wants one."""
    return not bid.needs_sign_off or is_signed_off(bid.revision, last_sign_off(bid))


def _situation(bid: Bid, answers: Mapping[str, Any]) -> Situation:
    questionnaire = questionnaire_of(bid.tender)
    return situation_of(
        questionnaire.bare_questions, answers, facts_of(bid.tender), questionnaire.fact_specs
    )


def _asked(situation: Situation) -> dict[str, Any]:
    return {
        part_id: value for part_id, value in situation.answers.items() if part_id in situation.parts
    }


def _evidence(bid: Bid, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    named = {
        entry.get("evidence")
        for value in answers.values()
        if isinstance(value, list)
        for entry in value
        if isinstance(entry, Mapping)
    }
    return [
        {
            "token": file.token,
            "name": file.name,
            "title": file.title,
            "issued": file.issued,
            "sha256": file.sha256,
            "size": file.size,
        }
        for token, file in evidence_of(bid).items()
        if token in named
    ]


def _handed_in_too(bid: Bid, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to a bid beside its answers, each under the name app.py gives it."""
    makers: Mapping[str, Any] = current_app.extensions["handed_in_with_a_bid"]
    made = {name: make(bid, answers) for name, make in makers.items()}
    return {name: value for name, value in made.items() if value}
