"""One look at everything that is watched: what fails keeps nothing else, and what follows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from contract_clauses.queries.watching import RestsOn
from foundation.database import db
from scoring.rules.reopening import Rule, Thing
from scoring.service.reopening import Opens, reopen_each
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
    """Something that ran out, noticed by which rule, since when."""

    rule: Rule
    cause: str
    since: date


@dataclass
class Reopened:
    """What opens again of one bid for one authority, gathered while it is looked at: a thing with
    all its causes is opened in one go, however many there are."""

    bid_id: int
    authority_id: int
    each: list[Opens] = field(default_factory=list)

    def add(self, ran_out: RanOut, parts: Iterable[str], rests: RestsOn) -> None:
        """Note that answers, risks and clauses open again for something that ran out."""
        things = [(Thing.ANSWER, part) for part in parts]
        things += [(Thing.RISK, risk) for risk in rests.risks]
        things += [(Thing.CLAUSE, clause) for clause in rests.clauses]
        self.each += [
            Opens(thing, subject, ran_out.rule, ran_out.cause, ran_out.since)
            for thing, subject in things
        ]

    def open(self) -> None:
        reopen_each(self.bid_id, self.each, authority_id=self.authority_id)
