"""Many rows put into the draft of a table at once, in a yearly assessment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.queries import Viewer
from contract_clauses.queries.contracts import ContractSeen
from contract_clauses.rules.reassessing import Given, RoundRefused, is_same
from contract_clauses.service.contracts import note
from contract_clauses.service.reassessing import add_answer, round_to_answer
from foundation.database import transaction
from question_bank.rules.answers import read_draft


def add_rows(
    seen: ContractSeen,
    token: str,
    part_id: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    by: Viewer,
    arrived_at: datetime,
) -> None:
    """Put rows after those that stand in the draft of a table, all or none. Raises RoundRefused."""
    with transaction():
        now, one = round_to_answer(seen, token, by)
        part, saved, before = one.part(part_id), one.saved.get(part_id), one.before.get(part_id)
        stands = saved.given.value if saved else before
        read = read_draft(part, [*(stands or []), *rows])
        if read.problems:
            raise RoundRefused(read.problems[0].message)
        version, words = (saved.given.version, saved.given.words) if saved else (0, "")
        given = Given(version + 1, is_same(read.value, before), read.value, words)
        add_answer(one, part_id, given, by, arrived_at)
        note(
            "reassessment.saved", now.contract, by,
            reassessment=token, part=part_id, version=given.version,
        )  # fmt: skip
