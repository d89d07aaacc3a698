"""The chain behind an obligation, both ways: answers and risks, the clause, what is due of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.queries.obligations import ObligationSeen
from scoring.queries.register import registers_of
from tenders.queries import questionnaire_of


@dataclass(frozen=True)
class Link:
    """A place in the chain; the address is empty where the viewer may not open its page."""

    words: str
    address: str = ""
    # What the issued schedule holds of an answer, for who may not open the answer itself.
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chain:
    answers: tuple[Link, ...]
    risks: tuple[Link, ...]
    clause: Link | None


def chain_of(seen: ContractSeen, one: ObligationSeen, viewer: Viewer) -> Chain:
    """Return what led to an obligation, with links for whoever may follow them."""
    return Chain(_answers(seen, one, viewer), _risks(seen, one, viewer), _clause(seen, one))


def _clause(seen: ContractSeen, one: ObligationSeen) -> Link | None:
    if not one.clause_id:
        return Link(one.place) if one.place else None
    words = f"{one.place}, {one.wording.title} ({one.clause_id})"
    if seen.is_supplier:
        return Link(
            words, url_for("contract_clauses.my_schedule", contract=seen.token, part=one.clause_id)
        )
    address = url_for("contract_clauses.contract_schedule", contract=seen.token, part=one.clause_id)
    return Link(words, address)


def _answers(seen: ContractSeen, one: ObligationSeen, viewer: Viewer) -> tuple[Link, ...]:
    questionnaire = questionnaire_of(seen.tender) if one.parts else None
    may_read = viewer.may(Permission.MARK_READ, tender_id=seen.tender.id)
    found = []
    for part_id in one.parts:
        part = questionnaire.parts.get(part_id) if questionnaire else None
        asked = questionnaire.question_of_part(part_id) if questionnaire else None
        words = f"{part_id} {part.label}" if part else part_id
        address = ""
        if asked is not None and seen.is_supplier:
            anchor = f"part-{part_id.replace('.', '-')}"
            address = url_for(
                "supplier_portal.question", bid=seen.bid.token, question=asked.id, _anchor=anchor
            )
        elif asked is not None and may_read:
            address = url_for(
                "scoring.mark", bid=seen.bid.token, question=asked.id, _anchor=f"part-{part_id}"
            )
        found.append(Link(words, address, () if address else _held(seen, one, part_id)))
    return tuple(found)


def _held(seen: ContractSeen, one: ObligationSeen, part_id: str) -> tuple[str, ...]:
    """Return what the clause of an obligation prints of an answer."""
    clause = seen.schedule.clause(one.clause_id) if seen.schedule and one.clause_id else None
    filled = clause.variables if clause else ()
    printed = (value.words for value in filled if value.source_id == part_id and value.words)
    return tuple(dict.fromkeys(printed))


def _risks(seen: ContractSeen, one: ObligationSeen, viewer: Viewer) -> tuple[Link, ...]:
    """Return the risks behind it. What the council makes of risks is no business of a supplier."""
    if seen.is_supplier or not one.risks:
        return ()
    if not viewer.may(Permission.RISK_READ, tender_id=seen.tender.id):
        return ()
    known = {risk.risk_id: risk for risk in registers_of([seen.bid.id]).get(seen.bid.id, ())}
    titles = questionnaire_of(seen.tender).bank.risks
    return tuple(
        Link(
            f"{risk_id} {titles[risk_id].title}" if risk_id in titles else risk_id,
            url_for("scoring.risk", risk=known[risk_id].row.token),
        )
        for risk_id in one.risks
        if risk_id in known
    )
