"""The obligations that a schedule gives rise to: each duty of its clauses, each commitment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_clauses.rules.annexes import COMMITMENTS, THROUGHOUT, CommitmentLine
from contract_clauses.rules.obligations import Bound, Origin
from contract_clauses.rules.obligations_due import (
    Anchor,
    Timing,
    When,
    as_plain,
    day_in_words,
    read_when,
    when_of,
)
from contract_clauses.rules.parts import Duty, Schedule, ScheduledClause

# The clause that makes a commitment binding.
COMMITMENTS_CLAUSE = "C29"
UNTIL = "Until "
PART_ID = re.compile(r"[A-Z0-9]+-\d+\.\w+")
RISK_ID = re.compile(r"R\d+")


@dataclass(frozen=True, slots=True)
class Wording:
    """What an obligation says, as it is kept sealed: words of the schedule, or of a person."""

    what: str
    when: str
    evidence: str
    # The clause it stands in, as a person names it.
    title: str
    time: When = field(default_factory=When)
    # Why it was added by hand.
    why: str = ""

    def as_plain(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "when": self.when,
            "evidence": self.evidence,
            "title": self.title,
            "time": as_plain(self.time),
            "why": self.why,
        }


def read_wording(kept: Mapping[str, Any]) -> Wording:
    return Wording(
        kept["what"],
        kept["when"],
        kept["evidence"],
        kept["title"],
        read_when(kept.get("time") or {}),
        kept.get("why") or "",
    )


@dataclass(frozen=True, slots=True)
class Drafted:
    """An obligation as a schedule states it: where, whom it binds, and what it says."""

    origin: Origin
    clause_id: str
    place: str
    bound: Bound
    wording: Wording
    # Ids of the parts and risks behind it.
    parts: tuple[str, ...] = ()
    risks: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[Any, ...]:
        """Return what makes it the same obligation in a later issue, wherever it stands there."""
        return key_of(self.origin, self.clause_id, self.bound, self.wording)


def key_of(origin: Origin, clause_id: str, bound: Bound, wording: Wording) -> tuple[Any, ...]:
    return (origin, clause_id, bound, wording.what, wording.evidence, wording.time)


def drafted(schedule: Schedule) -> tuple[Drafted, ...]:
    """Return the obligations of a schedule in its order: of its clauses, then its commitments."""
    clauses = {clause.id: clause for clause in schedule.clauses if clause.id}
    found = [_of_duty(duty, clauses[duty.clause]) for duty in schedule.duties]
    annex = next((one.number for one in schedule.annexes if one.id == COMMITMENTS), 0)
    title = clauses[COMMITMENTS_CLAUSE].title if COMMITMENTS_CLAUSE in clauses else ""
    found += [_of_line(line, annex, title) for line in schedule.commitments]
    return tuple(found)


def _of_duty(duty: Duty, clause: ScheduledClause) -> Drafted:
    from_answers = [value.source_id for value in clause.variables]
    sources = (*clause.sources, *from_answers)
    return Drafted(
        Origin.CLAUSE,
        clause.id,
        duty.place,
        Bound(duty.who),
        Wording(
            duty.what,
            duty.when,
            duty.evidence,
            clause.title,
            when_of(duty.timing, duty.at, duty.of),
        ),
        _matching(PART_ID, sources),
        _matching(RISK_ID, sources),
    )


def _of_line(line: CommitmentLine, annex: int, title: str) -> Drafted:
    return Drafted(
        Origin.COMMITMENT,
        COMMITMENTS_CLAUSE,
        f"Annex {annex}, row {line.number}",
        Bound.SUPPLIER,
        Wording(line.promise, _in_words(line), line.evidence, title, _time_of(line)),
        (line.part,) if line.part else (),
    )


def _in_words(line: CommitmentLine) -> str:
    if line.due and line.before:
        return f"{line.due}, before {line.before}"
    return line.due or (f"Before {line.before}" if line.before else "No date")


def _time_of(line: CommitmentLine) -> When:
    """Return the time of a promise. One without a day has to be met before go-live, as C29 says."""
    if line.due == THROUGHOUT:
        return When(Timing.THROUGHOUT)
    day = day_in_words(line.due)
    if day is None:
        return When(Timing.BEFORE, of=Anchor.GO_LIVE)
    return When(Timing.UNTIL if line.due.startswith(UNTIL) else Timing.ON, day=day)


def _matching(pattern: re.Pattern[str], sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for source in sources if pattern.fullmatch(source)))
