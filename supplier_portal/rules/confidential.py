"""What a company asks to be kept from others, and whether a mark still fits the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from foundation.errors import DomainError
from question_bank.rules.answers import show_answer
from question_bank.rules.kinds import is_empty
from question_bank.rules.kinds.amounts import as_date
from question_bank.rules.questions import Kind, Part

LONGEST_PASSAGE = 4000
LONGEST_REASON = 2000
MOST_MARKS = 200


class Ground(StrEnum):
    """Why the law may let the authority keep something back."""

    TRADE_SECRET = "trade-secret"
    COMMERCIAL_INTERESTS = "commercial-interests"
    OTHER = "other"


GROUNDS_IN_WORDS: Mapping[Ground, str] = {
    Ground.TRADE_SECRET: "It is a trade secret",
    Ground.COMMERCIAL_INTERESTS: "Making it public would harm somebody’s commercial interests",
    Ground.OTHER: "Another reason in law",
}


class MarkedThing(StrEnum):
    ANSWER = "answer"
    PASSAGE = "passage"
    FILE = "file"


class MarkIncomplete(DomainError):
    """A mark lacks its reason, its end, or what it is about."""


@dataclass(frozen=True)
class Mark:
    """A whole answer, a passage of it (``passage``) or a file (``file``, its token in the bid).

    ``until`` is the last day on which it is asked to be kept back.
    """

    token: str
    part_id: str
    ground: Ground
    reason: str
    until: date
    passage: str = ""
    file: str = ""

    @property
    def thing(self) -> MarkedThing:
        if self.file:
            return MarkedThing.FILE
        return MarkedThing.PASSAGE if self.passage else MarkedThing.ANSWER

    def as_json(self) -> dict[str, str]:
        """Return the mark as it is stored, and as it is handed in with the bid."""
        said = {
            "mark": self.token,
            "part": self.part_id,
            "ground": self.ground.value,
            "reason": self.reason,
            "until": self.until.isoformat(),
        }
        return said | {n: v for n, v in (("passage", self.passage), ("file", self.file)) if v}

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Mark:
        """Return a mark from its JSON. Raises ValueError if it is none of ours."""
        until = as_date(said["until"])
        if until is None:
            raise ValueError("A mark without an end")
        return cls(
            token=str(said["mark"]),
            part_id=str(said["part"]),
            ground=Ground(said["ground"]),
            reason=str(said["reason"]),
            until=until,
            passage=str(said.get("passage", "")),
            file=str(said.get("file", "")),
        )


def check_mark(mark: Mark, part: Part | None, value: Any, today: date) -> None:
    """Raise MarkIncomplete, naming the field, where the mark says too little or fits nothing."""
    if part is None or is_empty(value):
        raise MarkIncomplete("Select an answer or a file of this bid", field="place")
    if not mark.reason:
        raise MarkIncomplete("Enter what harm making it public would do", field="reason")
    if mark.until <= today:
        raise MarkIncomplete("Enter a date in the future", field="until")
    if mark.file and mark.passage:
        raise MarkIncomplete(
            "You cannot quote a passage of a file: leave the passage empty to mark the file",
            field="passage",
        )
    if not fits(mark, part, value):
        if mark.file:
            raise MarkIncomplete("Select a file that the answer names", field="place")
        raise MarkIncomplete(
            "The passage does not occur in the saved answer: copy it from there word for word",
            field="passage",
        )


def fits(mark: Mark, part: Part | None, value: Any) -> bool:
    """Return whether what is marked stands in the answer ``value`` to ``part``.

    Line breaks and runs of blanks make no difference: people copy from a page.
    """
    if part is None or is_empty(value):
        return False
    if mark.file:
        return part.kind is Kind.FILE and any(
            isinstance(entry, Mapping) and entry.get("evidence") == mark.file for entry in value
        )
    return not mark.passage or _plain(mark.passage) in _plain(show_answer(part, value))


def _plain(text: str) -> str:
    return " ".join(text.split())
