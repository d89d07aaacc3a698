"""What tasks of contracts and of risks are about, by name, for people who may read them.

Read from the contract when it is shown; neither the task nor a letter keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import case, or_, select

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind
from contract_clauses import seals
from contract_clauses.models import Contract, Obligation, ObligationDue
from contract_clauses.queries.contracts import ContractSeen, contracts_of, my_contracts
from contract_clauses.queries.reassessing import Rounds
from contract_clauses.rules.obligations import Bound
from contract_clauses.rules.obligations_drafted import read_wording
from contract_clauses.rules.obligations_steps import DONE
from contract_clauses.rules.watching import LAST_TEST, certificates_in
from foundation.database import db
from question_bank.rules.questions import Kind
from scoring.models import RiskAction, RiskRow
from supplier_portal.models import Bid
from supplier_portal.queries.opened import just_opened_all
from tenders.models import GivenTask, Tender
from tenders.queries import questionnaire_of
from tenders.rules.questionnaire import Questionnaire


def names_of(viewer: Viewer, tasks: Sequence[GivenTask]) -> dict[int, str]:
    """Return what each task is about, by its id; of contracts the viewer may read alone.

    As many statements for a hundred tasks as for one.
    """
    wanted = {task.details.get("contract") for task in tasks}
    read = contracts_of if viewer.kind is OrganisationKind.AUTHORITY else my_contracts
    seen = {
        one.token: one
        for one in read(viewer)
        if one.token in wanted and one.tender.content_destroyed_at is None
    }
    here = [task for task in tasks if task.details.get("contract") in seen]
    obligations = _obligations(here, seen)
    answers = _answers(here, seen)
    return {task.id: _name(task, seen, obligations, answers) for task in here}


def names_of_risks(_viewer: Viewer, tasks: Sequence[GivenTask]) -> dict[int, str]:
    """Return the risk each task is about, with the action where it is about one, by its id; for
    people who may be told of the task. As many statements for a hundred tasks as for one."""
    risks = {task.details["risk"] for task in tasks}
    rows = db.session.execute(
        select(RiskRow, Organisation.name, Tender)
        .join(Bid, Bid.id == RiskRow.bid_id)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .join(Tender, Tender.id == Bid.tender_id)
        .where(RiskRow.token.in_(risks), Tender.content_destroyed_at.is_(None))
    )
    named = {
        row.token: f"{row.risk_id} {_title(row, tender)}, {supplier}"
        for row, supplier, tender in rows
    }
    places = {task.id: task.subject.rpartition(":")[2] for task in tasks}
    rows_of_actions = db.session.execute(
        select(RiskAction.action, RiskAction.what)
        .where(RiskAction.action.in_(list(places.values())))
        .order_by(RiskAction.number)
    )
    actions = dict(rows_of_actions.tuples().all())
    found = {}
    for task in tasks:
        if (risk := named.get(task.details["risk"])) is not None:
            action = actions.get(places[task.id])
            found[task.id] = f"{action} ({risk})" if action else risk
    return found


def _title(row: RiskRow, tender: Tender) -> str:
    known = questionnaire_of(tender).bank.risks
    return row.own_title or (known[row.risk_id].title if row.risk_id in known else "")


def _name(
    task: GivenTask,
    seen: Mapping[str, ContractSeen],
    obligations: Mapping[str, str],
    answers: Mapping[str, Mapping[str, Any]],
) -> str:
    one = seen[task.details["contract"]]
    what = obligations.get(task.details.get("obligation", ""), "")
    if "named" in task.details:
        what = _in_answer(task, questionnaire_of(one.tender), answers[one.token])
    words = f"contract {one.reference} with {one.other_side}"
    said = f"{what}, {words}" if what else words
    return said[:1].upper() + said[1:]


def _in_answer(task: GivenTask, asked: Questionnaire, answers: Mapping[str, Any]) -> str:
    """Return what the answer calls what runs out; its number where it says so no more."""
    part_id, _, place = str(task.details["named"]).partition(":")
    part, value = asked.parts.get(part_id), answers.get(part_id)
    if part is None:
        return ""
    table = part.schema if part.kind is Kind.TABLE else None
    if table is not None and any(column.id == LAST_TEST for column in table.columns):
        rows = value if isinstance(value, list) else []
        row = rows[int(place) - 1] if 0 < int(place) <= len(rows) else {}
        what = str(row.get(table.columns[0].id, ""))
    else:
        found = certificates_in({part_id: part}, {part_id: value})
        named = [(one.what, one.until) for one in found if str(one.place) == place]
        what = next((said for said, until in named if until == task.due_on), "")
    return f"{what} ({part_id})" if what else f"the answer to {part_id}"


def _obligations(tasks: Iterable[GivenTask], seen: Mapping[str, ContractSeen]) -> dict[str, str]:
    wanted = {token for task in tasks if (token := task.details.get("obligation"))}
    by_id = {one.contract.id: one for one in seen.values()}
    rows = db.session.scalars(
        select(Obligation).where(
            Obligation.token.in_(wanted), Obligation.contract_id.in_(list(by_id))
        )
    )
    found = {}
    for row in rows if wanted else ():
        key = by_id[row.contract_id].key
        wording = read_wording(seals.opened(seals.OBLIGATION, row.token, key, row.sealed_words))
        found[row.token] = f"{wording.what} ({row.place})" if row.place else wording.what
    return found


def _answers(
    tasks: Iterable[GivenTask], seen: Mapping[str, ContractSeen]
) -> dict[str, Mapping[str, Any]]:
    """Return the answers that tasks name something of, by token of the contract."""
    wanted = {task.details["contract"] for task in tasks if "named" in task.details}
    if len(wanted) == 1:
        # With what settled assessments changed since.
        return {token: Rounds(seen[token]).standing() for token in wanted}
    opened = just_opened_all([seen[token].bid.id for token in wanted]) if wanted else {}
    return {token: opened[seen[token].bid.id].answers for token in wanted}


def ended_by(task: GivenTask, clause: str = "") -> str | None:
    """Return the obligation under which evidence ends a task about an answer, by its token.

    ``clause``: only those of it that come round; without it, those that come from the answer.
    Of several, the one that is due first.
    """
    part = str(task.details.get("named", "")).partition(":")[0]
    rows = db.session.execute(
        select(Obligation, ObligationDue.due_on)
        .join(Contract, Contract.id == Obligation.contract_id)
        .outerjoin(ObligationDue, ObligationDue.obligation_id == Obligation.id)
        .where(
            Contract.token == task.details["contract"],
            Obligation.ended_on.is_(None),
            Obligation.bound != Bound.COUNCIL,
            # What does not come round can be shown again when it is done.
            or_(
                ObligationDue.id.is_(None),
                ObligationDue.state.not_in(DONE),
                Obligation.every_months.is_(None),
            ),
        )
        .order_by(
            case((ObligationDue.state.in_(DONE), 1), else_=0),
            ObligationDue.due_on.is_(None),
            ObligationDue.due_on,
            Obligation.id,
        )
    )
    for row, _due_on in rows:
        comes_round = row.clause_id == clause and row.every_months is not None
        if comes_round if clause else part in row.sources.get("parts", ()):
            return row.token
    return None
