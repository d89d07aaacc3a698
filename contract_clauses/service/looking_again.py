"""Looking at one contract again once something was done under it, without waiting for the day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_clauses.models import Contract
from contract_clauses.queries.watching import WatchedContract, contracts_that_run
from contract_clauses.service.watching_contracts import look_at_contract
from foundation import clock
from foundation.jobs import enqueue

# Kind of the job; its subject is the token of the contract.
LOOK = "contract.look-again"


def ask_to_look_again(contract: Contract) -> None:
    """Ask for the tasks of a contract to follow what was just done, in the same change."""
    enqueue(LOOK, contract.token)


def look_again(token: str, _payload: Mapping[str, Any]) -> None:
    """End the tasks whose cause is gone and give those that came up; nothing if it has ended."""
    today = clock.london(clock.now()).date()
    for seen in contracts_that_run(today, token=token):
        look_at_contract(WatchedContract(seen), today)
