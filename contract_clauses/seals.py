"""What belongs to a contract and is sealed under the key of the bid it follows from.

Its supplier reads it by its own copy of the key, the buying side by the tender's; when the content
of the tender is destroyed, this goes with it.
"""

from __future__ import annotations

import json
from typing import Any

from foundation.canonical import canonical_json
from scoring.seals import open_text, seal_text

SCHEDULE, OBLIGATION, EVENT = "issued-schedule", "obligation", "obligation-event"
FILE = "obligation-file"
REDRAFT, CLAUSE_EVENT = "clause-redraft", "clause-event"


def seal(kind: str, token: str, key: bytes, value: Any) -> bytes:
    """Return a plain value sealed for the one record called ``token``."""
    return seal_text(kind, token, key, canonical_json(value))


def opened(kind: str, token: str, key: bytes, sealed: bytes) -> Any:
    return json.loads(open_text(kind, token, key, sealed))


def redraft_name(bid_token: str, clause_id: str, number: int) -> str:
    """Return what a redraft of a clause, or an event on it, is sealed for."""
    return f"{bid_token}:{clause_id}:{number}"


def event_name(due_token: str, number: int) -> str:
    """Return what an event of a due obligation is sealed for."""
    return f"{due_token}:{number}"
