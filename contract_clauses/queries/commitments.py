"""What a supplier's own answers lead to, as they stand or with another answer; never saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import g
from sqlalchemy.exc import NoResultFound

from accounts.queries import Viewer
from contract_clauses.queries.schedules import FROZEN_AS, kept_outline, library_of, parties_of
from contract_clauses.rules.library import Library
from contract_clauses.rules.outline import Outline, outline_of
from contract_clauses.rules.outline_kept import as_kept
from contract_clauses.rules.parts import Schedule
from contract_clauses.rules.schedule import build_schedule
from contract_clauses.rules.trying import Tried, tried
from foundation.canonical import canonical_json, sha256_hex
from scoring.rules.results import BidEvaluation
from supplier_portal.models import Bid
from supplier_portal.queries import answers_of, my_bid, submission_of, submitted_text
from supplier_portal.queries.terms import terms_handed_in
from supplier_portal.rules.terms import Terms
from tenders.queries import facts_of, questionnaire_of
from tenders.rules.questionnaire import Questionnaire


@dataclass(frozen=True)
class MyCommitments:
    """A bid of the viewer's own with certain answers, and what the rules alone make of them.

    Nobody has marked anything and no officer has decided anything.
    """

    bid: Bid
    tried: Tried
    library: Library

    @property
    def questionnaire(self) -> Questionnaire:
        return self.tried.questionnaire

    @property
    def answers(self) -> Mapping[str, Any]:
        return self.tried.answers

    @property
    def evaluation(self) -> BidEvaluation:
        return self.tried.evaluation

    @cached_property
    def outline(self) -> Outline:
        return outline_of(self.library, self.evaluation.situation)

    @cached_property
    def schedule(self) -> Schedule:
        return build_schedule(
            self.library,
            self.evaluation.situation,
            self.questionnaire,
            self.answers,
            parties_of(self.bid, None),
        )

    def with_answer(self, part_id: str, value: Any) -> MyCommitments:
        """Return what another answer to one part would lead to; nothing is saved."""
        return MyCommitments(self.bid, self.tried.with_answer(part_id, value), self.library)


def my_commitments(viewer: Viewer, token: str) -> MyCommitments:
    """Return the viewer's own bid with what its answers lead to as they stand now.

    Raises NoResultFound, and NoLibrary where the tender froze no clauses.
    """
    bid = my_bid(viewer, token)
    return commitments_of(bid, answers_of(bid))


def commitments_of(bid: Bid, answers: Mapping[str, Any]) -> MyCommitments:
    """Return what certain answers of a bid lead to. Raises NoLibrary."""
    questionnaire = questionnaire_of(bid.tender)
    library = library_of(bid.tender, questionnaire)
    return MyCommitments(bid, tried(questionnaire, answers, facts_of(bid.tender)), library)


def commitments_to_hand_in(bid: Bid, answers: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the outline to be handed in with a bid; None where the tender froze no clauses.

    A bid brought in from another portal was never shown any. Asked for twice in one request (to
    settle the terms, and to hand it in), it is worked out once.
    """
    if bid.brought_by_id is not None or FROZEN_AS not in questionnaire_of(bid.tender).libraries:
        return None
    facts = facts_of(bid.tender)
    text = canonical_json([bid.tender.questionnaire_sha256, facts, dict(answers)])
    key = (bid.token, sha256_hex(text))
    made: tuple[tuple[str, str], dict[str, Any]] | None = g.get("commitments_made")
    if made is None or made[0] != key:
        made = (key, as_kept(commitments_of(bid, answers).outline))
        g.commitments_made = made
    return made[1]


@dataclass(frozen=True)
class ShownAtSubmission:
    """What a company was shown when it submitted, and what it said of it."""

    bid: Bid
    number: int
    questionnaire: Questionnaire
    library: Library
    outline: Outline
    said: Terms


def shown_at_submission(viewer: Viewer, token: str, number: int) -> ShownAtSubmission:
    """Return what the viewer's own company was shown with one submission. Raises NoResultFound."""
    bid = my_bid(viewer, token)
    content = json.loads(submitted_text(bid, submission_of(bid, number)))
    outline = kept_outline(content)
    if outline is None:
        raise NoResultFound
    questionnaire = questionnaire_of(bid.tender)
    library = library_of(bid.tender, questionnaire)
    said = terms_handed_in(content)
    return ShownAtSubmission(bid, number, questionnaire, library, outline, said)
