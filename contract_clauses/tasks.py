"""How the tasks read that watching bids and contracts gives, and where each is dealt with."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from accounts.models import Organisation
from accounts.queries import Viewer
from accounts.rules.roles import OrganisationKind, Permission
from contract_clauses.rules.watching import RECOVERY_CLAUSE, certificates_in
from contract_clauses.task_names import ended_by, names_of, names_of_risks
from foundation.database import db
from supplier_portal.models import Bid
from supplier_portal.queries.opened import just_opened
from tenders.models import GivenTask
from tenders.queries import questionnaire_of
from tenders.rules.tasks import AT_ONCE, FALLS_DUE, RUNS_OUT
from tenders.tasks import Place, TaskKind

BIDS_RELY = "bids-rely-on"
CERTIFICATE_OF_BID = "certificate-of-bid-runs-out"
CERTIFICATE, SHOWN_FILE = "certificate-runs-out", "shown-file-runs-out"
RECOVERY_TEST = "recovery-test-too-old"
DUE, OVERDUE = "obligation-due", "obligation-overdue"
REVIEW, ACTION, ACCEPTANCE = "risk-review", "risk-action", "risk-acceptance"
# Of bids that are evaluated: early enough to ask the bidder before the award.
WHILE_EVALUATED = (7, 0)


def _of_supplier(task: GivenTask) -> bool:
    return task.organisation.kind is OrganisationKind.SUPPLIER


def _evidence(task: GivenTask, clause: str = "") -> Place:
    """Return where evidence ends it: an obligation, else what was shown under the contract."""
    token, mine = ended_by(task, clause), _of_supplier(task)
    values = {"contract": task.details["contract"]}
    if token is not None:
        name = "my_obligation" if mine else "obligation"
        return f"contract_clauses.{name}", values | {"obligation": token}
    return f"contract_clauses.{'my_obligations' if mine else 'contract_evidence'}", values


def _recovery_test(task: GivenTask) -> Place:
    return _evidence(task, RECOVERY_CLAUSE)


def _obligation(task: GivenTask) -> Place:
    name = "my_obligation" if _of_supplier(task) else "obligation"
    values = {key: task.details[key] for key in ("contract", "obligation")}
    return f"contract_clauses.{name}", values


def _reopened(task: GivenTask) -> Place:
    return "scoring.reopened", {"tender": task.tender.token if task.tender else ""}


def _risk(task: GivenTask) -> Place:
    tender = task.tender.token if task.tender else ""
    return "scoring.own_risk", {"tender": tender, "risk": task.details["risk"]}


def _named(_viewer: Viewer, task: GivenTask) -> str:
    """Return what the bid calls what runs out; asked for people who may read the bid alone."""
    bid = db.session.get(Bid, task.details["bid"])
    if bid is None or bid.tender.content_destroyed_at is not None:
        return ""
    part_id, _, place = str(task.details.get("named", "")).partition(":")
    asked = questionnaire_of(bid.tender).parts
    found = certificates_in(asked, just_opened(bid).answers)
    named = [one.what for one in found if one.part == part_id and str(one.place) == place]
    what = f"{named[0]}, in the answer to {part_id}" if named else f"The answer to {part_id}"
    return what + _whose(bid, task)


def _whose(bid: Bid, task: GivenTask) -> str:
    return "" if _of_supplier(task) else f" of {bid.supplier.name}"


def _of_whom(_viewer: Viewer, task: GivenTask) -> str:
    bid = db.session.get(Bid, task.details["bid"])
    if bid is None:
        return ""
    other = bid.tender.authority_id if _of_supplier(task) else bid.supplier_id
    organisation = db.session.get(Organisation, other)
    return f"The contract with {organisation.name}" if organisation else ""


RISKS = frozenset({Permission.RISK_DECIDE, Permission.REGISTER_KEEP})

KINDS: Mapping[str, TaskKind] = MappingProxyType(
    {
        BIDS_RELY: TaskKind(
            "Something that opened bids rely on runs out",
            "A certificate that an opened bid names runs out before the contract is signed. From "
            "the day after, the answer, and the risks and clauses that rest on it, are to be "
            "looked at again. You can ask the bidder for the renewed one.",
            _reopened,
            reminders=WHILE_EVALUATED,
            over="Something that opened bids rely on ran out",
        ),
        CERTIFICATE_OF_BID: TaskKind(
            "A certificate that a successful bid relies on runs out",
            "The bid names a certificate with this last day, and its contract is not recorded yet. "
            "From the day after, the answer, the risks and the clauses that rest on it are to be "
            "looked at again. Ask for the renewed one before the contract is signed.",
            _reopened,
            RUNS_OUT,
            _named,
            over="A certificate that a successful bid relies on ran out",
        ),
        CERTIFICATE: TaskKind(
            "A certificate that a contract relies on runs out",
            "The bid names a certificate with this last day. A new one ends the task once it is "
            "shown under the contract and confirmed. If none is shown, the answer, the risks and "
            "the clauses that rest on it open again the day after.",
            _evidence,
            RUNS_OUT,
            _named,
            names=names_of,
            ends_at_once=True,
            over="A certificate that a contract relies on ran out",
        ),
        SHOWN_FILE: TaskKind(
            "Evidence shown under a contract runs out",
            "A file that was shown for an obligation holds until this day. A newer one ends the "
            "task. If none is shown, what rests on it opens again the day after.",
            _obligation,
            RUNS_OUT,
            _of_whom,
            names=names_of,
            ends_at_once=True,
            over="Evidence shown under a contract ran out",
        ),
        RECOVERY_TEST: TaskKind(
            "The last recovery test becomes older than the contract allows",
            "The contract says how many months may pass between recovery tests (clause C14). The "
            "last test that the bid names, or that was shown since, is that old on this day.",
            _recovery_test,
            RUNS_OUT,
            _of_whom,
            names=names_of,
            ends_at_once=True,
            over="The last recovery test is older than the contract allows",
        ),
        DUE: TaskKind(
            "An obligation under a contract falls due",
            "The contract asks for this by the day. The task ends when evidence is shown or it is "
            "confirmed.",
            _obligation,
            FALLS_DUE,
            _of_whom,
            names=names_of,
            ends_at_once=True,
            # contract_clauses.waiting counts them.
            listed_for_companies=False,
            done_by_hand="",
            over="An obligation under a contract is overdue",
        ),
        OVERDUE: TaskKind(
            "An obligation under a contract is overdue",
            "The day by which the supplier had to show this is past. The clause, the answers and "
            "the risks behind it are to be looked at again. The task ends when evidence is shown, "
            "or the obligation is put off or waived.",
            _obligation,
            AT_ONCE,
            _of_whom,
            names=names_of,
            ends_at_once=True,
            done_by_hand="",
        ),
        REVIEW: TaskKind(
            "A risk is to be reviewed",
            "The register says that this risk is reviewed by the day. The task ends when a later "
            "review date is saved, or the risk is closed.",
            _risk,
            FALLS_DUE,
            told=RISKS,
            names=names_of_risks,
            done_by_hand="",
            over="The review of a risk is overdue",
        ),
        ACTION: TaskKind(
            "An action against a risk falls due",
            "The register says that something is done about this risk by the day. The task ends "
            "when the action is done, dropped or given another day.",
            _risk,
            FALLS_DUE,
            told=RISKS,
            names=names_of_risks,
            done_by_hand="",
            over="An action against a risk is overdue",
        ),
        ACCEPTANCE: TaskKind(
            "The acceptance of a risk runs out",
            "Somebody accepted this risk above the line until the day. From the day after the risk "
            "is to be looked at again: lower it, or have it accepted anew.",
            _risk,
            FALLS_DUE,
            told=RISKS,
            names=names_of_risks,
            done_by_hand="",
            over="The acceptance of a risk ran out",
        ),
    }
)
