"""Which answers of an earlier bid may be offered again, and what has to be said with them."""

from __future__ import annotations

from typing import Any

from question_bank.rules.answers import read_draft
from question_bank.rules.kinds import is_empty
from question_bank.rules.questions import Kind, Part, PartClass
from question_bank.rules.reuse import Reuse, Verdict, part_reuse

# A promise is made anew for every contract, a price too; a file belongs to the bid it was added to.
NEVER_CARRIED = frozenset({Kind.COMMITMENT, Kind.MONEY, Kind.FILE})
# What decides whether a bid passes says how things are now, not how they were.
ABOUT_THE_PRESENT = frozenset({PartClass.PARTICIPATION, PartClass.REQUIREMENT})


def may_be_carried(part: Part) -> bool:
    """Return whether an answer to ``part`` can be true again in another bid."""
    return part.kind not in NEVER_CARRIED and part.assessed not in ABOUT_THE_PRESENT


def offer(before: Part, now: Part, value: Any) -> Reuse | None:
    """Return what became of the question since, or None if the answer cannot be offered."""
    if is_empty(value) or not (may_be_carried(before) and may_be_carried(now)):
        return None
    if read_draft(now, value).problems:
        return None
    return part_reuse(before, now)


def is_taken_at_once(reuse: Reuse) -> bool:
    """Return whether the answer is ticked to begin with: the question is the very same."""
    return reuse.verdict is Verdict.AS_IT_IS
