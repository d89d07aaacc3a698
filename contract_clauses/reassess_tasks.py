"""How the tasks read that yearly assessments give, and where each is dealt with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind
from contract_clauses.task_names import names_of
from foundation.database import db
from supplier_portal.models import Bid
from tenders.models import GivenTask
from tenders.rules.tasks import FALLS_DUE
from tenders.tasks import Place, TaskKind

ROUND_DUE, TO_ANSWER, TO_SETTLE = "assessment-due", "assessment-to-answer", "assessment-to-settle"


def of_whom(_viewer: Viewer, task: GivenTask) -> str:
    bid = db.session.get(Bid, task.details["bid"])
    if bid is None:
        return ""
    mine = task.organisation.kind is OrganisationKind.SUPPLIER
    other = db.session.get(Organisation, bid.tender.authority_id if mine else bid.supplier_id)
    return f"The contract with {other.name}" if other else ""


def _open(task: GivenTask) -> Place:
    return "contract_clauses.open_reassessment", {"contract": task.details["contract"]}


def _round(task: GivenTask) -> Place:
    mine = task.organisation.kind is OrganisationKind.SUPPLIER
    name = "my_reassessment" if mine else "reassessment"
    values = {key: task.details[key] for key in ("contract", "assessment")}
    return f"contract_clauses.{name}", values


KINDS: Mapping[str, TaskKind] = MappingProxyType(
    {
        ROUND_DUE: TaskKind(
            "The yearly assessment of a contract is due",
            "A year after the service went live, or after the last assessment, the supplier is "
            "asked again what may have changed. The task ends when an assessment is opened.",
            _open,
            FALLS_DUE,
            of_whom,
            names=names_of,
            done_by_hand="",
            over="The yearly assessment of a contract is overdue",
        ),
        TO_ANSWER: TaskKind(
            "A yearly assessment under a contract is to be answered",
            "The council asks what may have changed since the bid. The task ends when the "
            "assessment is handed in.",
            _round,
            (7, 0),
            of_whom,
            names=names_of,
            done_by_hand="",
            over="The answers to a yearly assessment under a contract are overdue",
        ),
        TO_SETTLE: TaskKind(
            "A yearly assessment waits to be settled",
            "The supplier has handed it in. The task ends when it is settled or sent back.",
            _round,
            (0,),
            of_whom,
            names=names_of,
            done_by_hand="",
        ),
    }
)
