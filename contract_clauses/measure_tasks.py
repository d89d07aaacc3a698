"""How the tasks read that measuring a contract gives: rating indicators, and the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from accounts.rules.roles import Permission
from contract_clauses.reassess_tasks import of_whom
from contract_clauses.task_names import names_of
from tenders.models import GivenTask
from tenders.rules.tasks import FALLS_DUE
from tenders.tasks import Place, TaskKind

RATE, MEASURE = "indicators-to-rate", "outcome-to-measure"
# Rating and measuring are the council's: who keeps the contract is told.
KEEPERS = frozenset({Permission.CONTRACT_KEEP})


def _indicators(task: GivenTask) -> Place:
    return "contract_clauses.kpis", {"contract": task.details["contract"]}


def _outcome(task: GivenTask) -> Place:
    return "contract_clauses.contract_outcome", {"contract": task.details["contract"]}


KINDS: Mapping[str, TaskKind] = MappingProxyType(
    {
        RATE: TaskKind(
            "Indicators of a contract are to be rated",
            "Performance is assessed at least once in 12 months, and when the contract ends. The "
            "task ends when every indicator that is due by the day is rated.",
            _indicators,
            FALLS_DUE,
            of_whom,
            KEEPERS,
            names=names_of,
            done_by_hand="",
            ends_at_once=True,
            over="The rating of indicators of a contract is overdue",
        ),
        MEASURE: TaskKind(
            "The outcome of a contract is to be measured",
            "The tender said what will be better. It is measured each year of the contract, on the "
            "day by which the tender said so, and when the contract ends. The task ends when a "
            "reading is recorded for the day.",
            _outcome,
            FALLS_DUE,
            of_whom,
            KEEPERS,
            names=names_of,
            done_by_hand="",
            ends_at_once=True,
            over="A measurement of the outcome of a contract is overdue",
        ),
    }
)
