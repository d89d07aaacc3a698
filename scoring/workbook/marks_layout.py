"""What writing and reading a marking workbook agree on: names of cells, and what identifies it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from foundation.canonical import sha256_hex
from scoring.rules.mark_import import Saved

FORMAT = "supplier-assurance-marks/1"
READ_ME, BID = f"{FORMAT} read me", f"{FORMAT} bid"
# Columns of a sheet: the hidden name of the entry, label, text, entry, and hidden the number.
NAME, LABEL, TEXT, ENTRY, NUMBER = range(1, 6)
MARK, REASON, FEEDBACK, COMMENT, MET, UNMET = (
    "mark",
    "reason",
    "feedback",
    "internal_comment",
    "met",
    "unmet",
)
ENTRIES = (MARK, REASON, FEEDBACK, COMMENT, MET, UNMET)
LABELS = {
    MARK: "Your mark",
    REASON: "Reason for the mark",
    FEEDBACK: "Feedback for the bidder",
    COMMENT: "Internal comment",
    MET: "Points met",
    UNMET: "Points not met",
}


@dataclass(frozen=True, slots=True)
class PartOfAnswer:
    id: str
    ask: str
    answer: str


@dataclass(frozen=True, slots=True)
class ToMark:
    """One answer to mark: what was asked, what the bid says, the descriptors, what is saved."""

    question_id: str
    title: str
    parts: Sequence[PartOfAnswer]
    suggested: str
    descriptors: Mapping[int, str]
    saved: Saved | None
    is_locked: bool


@dataclass(frozen=True, slots=True)
class BidToMark:
    token: str
    name: str
    answers: Sequence[ToMark]


@dataclass(frozen=True, slots=True)
class AboutMarks:
    """Whose workbook this is, of which tender and questions, and when it was made, in words."""

    title: str
    reference: str
    authority: str
    evaluator: str
    made: str
    part: str
    tender: str
    person: str
    questionnaire: str

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.tender, self.person, self.questionnaire)


def fingerprint_of(tender: str, person: str, questionnaire: str) -> str:
    """Return what ties a workbook to a tender, an evaluator and the questions asked."""
    return sha256_hex("\n".join((FORMAT, tender, person, questionnaire)))
