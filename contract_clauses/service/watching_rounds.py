"""One look at everything that is watched: what fails keeps nothing else, and what follows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from contract_clauses.queries.watching import RestsOn
from foundation.database import db, transaction
from scoring.rules.reopening import Rule, Thing
from scoring.service.reopening import reopen
from tenders.service.tasks import Wanted

Watched = TypeVar("Watched")
logger = logging.getLogger(__name__)


@dataclass
class Round:
    """The tasks there are to be, and the first thing that could not be looked at."""

    wanted: list[Wanted] = field(default_factory=list)
    failed: Exception | None = None

    def look_at(self, each: Iterable[Watched], look: Callable[[Watched], None]) -> None:
        """Look at each; one that cannot be looked at keeps none of the others."""
        for one in each:
            try:
                look(one)
            except Exception as error:
                logger.exception("One of those that are watched could not be looked at")
                db.session.rollback()
                self.failed = self.failed or error

    def end(self) -> None:
        """Raise what failed, so that the duty is tried again."""
        if self.failed is not None:
            raise self.failed


@dataclass(frozen=True)
class RanOut:
    """Something that ran out: of which bid, for whom, noticed by which rule, since when."""

    bid_id: int
    authority_id: int
    rule: Rule
    cause: str
    since: date


def reopen_all(ran_out: RanOut, parts: Iterable[str], rests: RestsOn) -> None:
    """Reopen answers, risks and clauses, each once for this cause."""
    things = [(Thing.ANSWER, part) for part in parts]
    things += [(Thing.RISK, risk) for risk in rests.risks]
    things += [(Thing.CLAUSE, clause) for clause in rests.clauses]
    with transaction():
        for thing, subject in things:
            reopen(
                ran_out.bid_id,
                thing,
                subject,
                ran_out.rule,
                ran_out.cause,
                ran_out.since,
                authority_id=ran_out.authority_id,
            )
