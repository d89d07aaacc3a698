"""Who is at work on a question: what was last heard of somebody, and how long that counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

# A page that is open says so every 30 seconds: after this long it is not open any more.
OPEN_FOR = timedelta(minutes=3)
# Where no script runs, an answer saved is all there is to go by.
SAVED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Sign:
    """What was heard of a colleague at a question: that it is open, or that an answer was saved."""

    question_id: str
    person: str
    at: datetime
    is_open: bool

    def counts(self, moment: datetime) -> bool:
        return moment - self.at < (OPEN_FOR if self.is_open else SAVED_FOR)


def at_work(signs: Iterable[Sign], moment: datetime) -> dict[str, list[Sign]]:
    """Return by question who is at work there now, each person once, the latest first.

    That somebody has it open says more than that he saved something.
    """
    found: dict[str, dict[str, Sign]] = {}
    for sign in sorted(signs, key=lambda sign: (sign.is_open, sign.at)):
        if sign.counts(moment):
            found.setdefault(sign.question_id, {})[sign.person] = sign
    return {
        question_id: sorted(people.values(), key=lambda sign: sign.at, reverse=True)
        for question_id, people in found.items()
    }
