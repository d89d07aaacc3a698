"""What people decided about one opened bid: marks, requirements, risks, clauses, exclusions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Select, or_, select

from accounts.models import Person
from contract_clauses.models import ClauseDecision, VariableValue
from foundation.database import db
from records.pack import panel
from records.pack.items import Item, Section, Sections, fields, section, shown, slug
from scoring.models import (
    OwnRiskDecision,
    RequirementDecision,
    RiskAcceptance,
    RiskAction,
    RiskControl,
    RiskDecision,
    RiskRow,
)
from scoring.queries import EvaluatedBid, asked_of_bidder, released_results
from scoring.queries.exclusions import parties_of
from supplier_portal.models import Bid

DONE_ABOUT_RISKS: Mapping[str, Any] = {
    "actions": RiskAction,
    "controls": RiskControl,
    "accepted_above_the_appetite": RiskAcceptance,
}


def kept(branch: str, name: str, bid: Bid) -> Iterator[Item]:
    """Return what people wrote about a bid: it is kept when what the bid said is destroyed."""
    for place, title, made in (
        ("marks", "Marks given alone, with reasons and feedback", panel.given_alone),
        ("agreed-marks", "Marks the panel agreed, with who was there and why", panel.agreed),
        ("internal-comments", "Comments that stay inside", panel.comments),
        ("requirements", "Decisions on requirements", requirements),
        ("risks", "The risk register: every decision", risks),
        ("clauses", "Decisions on clauses, and values entered", clauses),
    ):
        yield Sections(f"{branch}/{place}", f"{name}: {title}", partial(made, bid))


def requirements(bid: Bid) -> list[Section]:
    return [
        section(
            f"{one.question_id}-{one.number}",
            f"{one.question_id}, decision {one.number}",
            fields(
                passed=one.passed,
                rules_found=one.found,
                reason=one.reason,
                decided_by=name,
                decided_at=one.decided_at,
            ),
        )
        for one, name in _by_bid(RequirementDecision, RequirementDecision.decided_by_id, bid)
    ]


def risks(bid: Bid) -> list[Section]:
    rows = {
        row.id: row
        for row in db.session.scalars(
            select(RiskRow)
            .where(
                RiskRow.bid_id == bid.id,
                or_(
                    RiskRow.authority_id.is_(None),
                    RiskRow.authority_id == bid.tender.authority_id,
                ),
            )
            .order_by(RiskRow.risk_id)
        )
    }
    decisions = db.session.execute(
        select(RiskDecision, Person.name)
        .join(Person, Person.id == RiskDecision.decided_by_id)
        .where(RiskDecision.risk_row_id.in_([*rows]))
        .order_by(RiskDecision.risk_row_id, RiskDecision.number)
    )
    made = _by_row(decisions)
    # Whose record it is: an authority that takes part has its own register for itself.
    own = _by_row(
        db.session.execute(
            select(OwnRiskDecision, Person.name)
            .join(Person, Person.id == OwnRiskDecision.decided_by_id)
            .where(
                OwnRiskDecision.risk_row_id.in_([*rows]),
                OwnRiskDecision.authority_id == bid.tender.authority_id,
            )
            .order_by(OwnRiskDecision.risk_row_id, OwnRiskDecision.number)
        )
    )
    done = _done_about(bid, [*rows])
    return [
        section(
            row.risk_id,
            f"Risk {row.risk_id}",
            fields(
                own_title=row.own_title,
                own_category=row.own_category,
                likelihood=row.likelihood,
                impact=row.impact,
                raised_at=row.raised_at,
                raised_because=row.raised_because,
                rules=[f"{cause['rule']} ({cause['severity']})" for cause in row.causes],
                decisions=made.get(key),
                in_the_register_of_the_authority=own.get(key),
                **{name: by_row.get(key) for name, by_row in done.items()},
            ),
        )
        for key, row in rows.items()
    ]


def _done_about(bid: Bid, row_ids: list[int]) -> dict[str, dict[int, list[dict[str, Any]]]]:
    """Return what the authority whose record it is did about risks, each thing by risk."""
    return {
        name: _by_row(
            db.session.execute(
                select(table, Person.name)
                .join(Person, Person.id == table.done_by_id)
                .where(
                    table.risk_row_id.in_(row_ids),
                    table.authority_id == bid.tender.authority_id,
                )
                .order_by(table.id)
            )
        )
        for name, table in DONE_ABOUT_RISKS.items()
    }


def _by_row(decisions: Iterable[Any]) -> dict[int, list[dict[str, Any]]]:
    """Return every column of decisions on risks, by risk, without numbers of the database."""
    made: dict[int, list[dict[str, Any]]] = {}
    for one, name in decisions:
        columns = {
            column.name: getattr(one, column.name)
            for column in one.__table__.columns
            if column.name == "clause_id" or not column.name.endswith("id")
        }
        made.setdefault(one.risk_row_id, []).append(fields(**columns, decided_by=name))
    return made


def questions(found: EvaluatedBid) -> list[Section]:
    return [
        section(
            one.token,
            one.question_id or "The bid as a whole",
            fields(
                asked=one.text,
                asked_by=one.asked_by,
                asked_at=one.asked_at,
                answered=one.answer,
                answered_at=one.answered_at,
                may_count=one.may_count,
                may_count_because=one.may_count_because,
                decided_by=one.decided_by,
            ),
        )
        for one in asked_of_bidder(found.opened.bid)
    ]


def exclusions(found: EvaluatedBid) -> list[Section]:
    bid = found.opened.bid
    return [
        section(
            party.token,
            f"{party.name} ({party.role})",
            fields(
                found_in=party.found_in,
                steps=[
                    fields(
                        kind=step.kind,
                        outcome=step.outcome,
                        words=dict(step.words),
                        done_on=step.done_on,
                        due_on=step.due_on,
                        recorded_at=step.recorded_at,
                        recorded_by=step.recorded_by,
                    )
                    for step in party.steps
                ],
            ),
        )
        for party in parties_of([bid])[bid.id]
    ]


def clauses(bid: Bid) -> list[Section]:
    decisions = [
        section(
            f"{one.clause_id}-{one.number}",
            f"Clause {one.clause_id}: {one.wish}",
            fields(reason=one.reason, decided_by=name, decided_at=one.decided_at),
        )
        for one, name in _by_bid(ClauseDecision, ClauseDecision.decided_by_id, bid)
    ]
    values = [
        section(
            f"{one.clause_id}-{slug(one.name)}-{one.number}",
            f"Clause {one.clause_id}, {one.name}",
            fields(value=one.value, reason=one.reason, entered_by=name, entered_at=one.entered_at),
        )
        for one, name in _by_bid(VariableValue, VariableValue.entered_by_id, bid)
    ]
    return decisions + values


def result(found: EvaluatedBid) -> list[Section]:
    return [
        section(
            "summary",
            "Successful" if one.successful else "Not successful",
            {"Released at": shown(one.released_at), **one.summary},
        )
        for one in released_results([found])
    ]


def _by_bid(table: Any, column: Any, bid: Bid) -> Any:
    statement: Select[Any] = (
        select(table, Person.name)
        .join(Person, Person.id == column)
        .where(table.bid_id == bid.id)
        .order_by(table.id)
    )
    return db.session.execute(statement)
