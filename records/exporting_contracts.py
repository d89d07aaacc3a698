"""What the export of an authority opens of schedules and contracts: all is sealed under the key of
the bid it follows from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contract_clauses import seals
from contract_clauses.models import (
    ClauseEvent,
    ClauseRedraft,
    Contract,
    IssuedSchedule,
    NegotiatedSchedule,
    Obligation,
    ObligationDue,
    ObligationEvent,
    ObligationFile,
    Reassessment,
    ReassessmentAnswer,
    ReassessmentEvent,
    ReassessmentFile,
)
from contract_clauses.queries import negotiated, reassessing
from records.exporting_keys import Telling, Unlocked, sealed

CONTRACT = (("contract_id", Contract),)
DUE = (("due_id", ObligationDue), ("obligation_id", Obligation), *CONTRACT)
ROUND = (("reassessment_id", Reassessment), *CONTRACT)


@dataclass(frozen=True)
class Part:
    """One sealed column of a table: under which kind and name, and what the export calls it."""

    column: str
    kind: str
    name: Callable[[Unlocked], str]
    called: str = "content"


def _token(one: Unlocked) -> str:
    return str(one.row.token)


def _of_clause(one: Unlocked) -> str:
    return seals.redraft_name(one.bid.token, one.row.clause_id, one.row.number)


def _of_due(one: Unlocked) -> str:
    return seals.event_name(one.above[0].token, one.row.number)


def _of_answer(one: Unlocked) -> str:
    return reassessing.answer_name(one.above[0], one.row.part_id, one.row.version)


def _of_step(one: Unlocked) -> str:
    return reassessing.event_name(one.above[0], one.row.number)


def _told(model: Any, *parts: Part, above: tuple[tuple[str, Any], ...] = ()) -> Telling:
    def said(one: Unlocked) -> dict[str, Any]:
        """Return what is sealed in a row; nothing where nothing is."""
        return {
            part.called: seals.opened(part.kind, part.name(one), one.key, kept)
            for part in parts
            if (kept := getattr(one.row, part.column)) is not None
        }

    return sealed(model, said, *(part.column for part in parts), above=above)


TELLING: Mapping[str, Telling] = {
    "issue": _told(IssuedSchedule, Part("sealed_text", seals.SCHEDULE, _token)),
    "redraft": _told(ClauseRedraft, Part("sealed_words", seals.REDRAFT, _of_clause)),
    "clause event": _told(ClauseEvent, Part("sealed", seals.CLAUSE_EVENT, _of_clause)),
    "negotiated": _told(
        NegotiatedSchedule,
        Part("sealed_about", negotiated.ABOUT, _token, "about"),
        Part("sealed_read", negotiated.READ, _token),
    ),
    "obligation": _told(Obligation, Part("sealed_words", seals.OBLIGATION, _token), above=CONTRACT),
    "obligation event": _told(
        ObligationEvent, Part("sealed_words", seals.EVENT, _of_due), above=DUE
    ),
    "obligation file": _told(ObligationFile, Part("sealed_about", seals.FILE, _token), above=DUE),
    "assessed answer": _told(
        ReassessmentAnswer, Part("sealed", reassessing.ANSWER, _of_answer), above=ROUND
    ),
    "assessment file": _told(
        ReassessmentFile, Part("sealed_about", reassessing.FILE, _token), above=ROUND
    ),
    "assessment event": _told(
        ReassessmentEvent, Part("sealed", reassessing.EVENT, _of_step), above=ROUND
    ),
}
