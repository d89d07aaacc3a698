"""What the council would receive if the bid were handed in now. For the supplier's own pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import current_app

from foundation.canonical import canonical_json
from question_bank.rules.conditions.verdict import Situation
from question_bank.rules.outcomes import situation_of
from supplier_portal.models import Bid
from supplier_portal.queries.own import answers_of, evidence_of
from supplier_portal.queries.prices import unpriced_lines
from supplier_portal.queries.scanning import refused_in
from supplier_portal.queries.teamwork import last_sign_off
from supplier_portal.queries.terms import commitments_now, terms_of
from supplier_portal.rules.closing import AsItStands
from supplier_portal.rules.progress import missing_parts
from supplier_portal.rules.receipt import BID_FORMAT, content_hash, content_of
from supplier_portal.rules.teamwork import is_signed_off
from supplier_portal.rules.terms import clauses_shown
from tenders.queries import facts_of, questionnaire_of


@dataclass(frozen=True)
class ToHandIn:
    """A bid as it stands; its version and the name under the declaration come with handing in."""

    content: Mapping[str, Any]

    @cached_property
    def text(self) -> str:
        """The canonical text: its SHA-256 is the content hash a receipt would show."""
        return canonical_json(content_of(self.content))

    @cached_property
    def content_hash(self) -> str:
        return content_hash(self.text)

    def declared(self, *, number: int, by: str) -> str:
        """Return the canonical text that is handed in."""
        return canonical_json({**self.content, "number": number, "declared_by": by})


def asked_answers(
    bid: Bid, *, without: Collection[str] = frozenset()
) -> tuple[dict[str, Any], int]:
    """Return the answers to parts that are asked, and how many required ones are missing.

    Answers to the parts ``without`` are left out as if they had not been given.
    """
    questionnaire = questionnaire_of(bid.tender)
    given = {name: value for name, value in answers_of(bid).items() if name not in without}
    situation = _situation(bid, given)
    return asked_of(situation), len(missing_parts(questionnaire.bare_questions, situation))


def to_hand_in(bid: Bid, situation: Situation) -> ToHandIn:
    """Return what the bid says in ``situation``; answers no longer asked stay behind."""
    return content_to_hand_in(bid, asked_of(situation))


def content_to_hand_in(bid: Bid, answers: Mapping[str, Any]) -> ToHandIn:
    """Return what would be handed in with ``answers``, all of which are asked."""
    beside = _handed_in_too(bid, answers)
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
            "evidence": _evidence(bid, set(_files_named([dict(answers), beside]))),
            **beside,
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


def as_it_stands(
    bid: Bid, answers: Mapping[str, Any], *, missing: int, unconfirmed: int
) -> AsItStands:
    """Return what decides whether the clock may hand the bid in, with what was counted already."""
    made = commitments_now(bid, answers)
    return AsItStands(
        missing=missing,
        unconfirmed=unconfirmed,
        signed_off=is_as_signed_off(bid),
        refused=len(refused_in(bid, answers)),
        terms_answered=made is None or terms_of(bid).stands_for(clauses_shown(made).set_hash),
        unpriced=len(unpriced_lines(bid)),
    )


def _situation(bid: Bid, answers: Mapping[str, Any]) -> Situation:
    questionnaire = questionnaire_of(bid.tender)
    return situation_of(
        questionnaire.bare_questions, answers, facts_of(bid.tender), questionnaire.fact_specs
    )


def asked_of(situation: Situation) -> dict[str, Any]:
    """Return the answers to parts that are asked."""
    return {
        part_id: value for part_id, value in situation.answers.items() if part_id in situation.parts
    }


def _evidence(bid: Bid, named: Collection[str]) -> list[dict[str, Any]]:
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


def _files_named(value: Any) -> Iterator[str]:
    """Return the tokens of the files that an answer, or what is handed in beside it, names."""
    if isinstance(value, Mapping):
        if isinstance(value.get("evidence"), str):
            yield value["evidence"]
        value = list(value.values())
    if isinstance(value, list):
        for entry in value:
            yield from _files_named(entry)


def _handed_in_too(bid: Bid, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what belongs to a bid beside its answers, each under the name app.py gives it."""
    makers: Mapping[str, Any] = current_app.extensions["handed_in_with_a_bid"]
    made = {name: make(bid, answers) for name, make in makers.items()}
    return {name: value for name, value in made.items() if value}
