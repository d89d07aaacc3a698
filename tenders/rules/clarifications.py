"""Questions about a tender from those who may bid, and what becomes of them.

Nobody but the asker learns who asked: not the other suppliers, and not the buying side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from foundation.errors import DomainError
from tenders.rules.lifecycle import Stage
from tenders.rules.timetable import is_open

LONGEST_QUESTION = 2000
LONGEST_ANSWER = 6000
LONGEST_REASON = 1000

# How a company's legal name ends: such a name is never an ordinary turn of phrase.
COMPANY_FORMS = frozenset(
    {"limited", "ltd", "llp", "lp", "plc", "cic", "cio", "inc", "incorporated", "corporation"}
    | {"corp", "gmbh", "ag", "bv", "nv", "sa", "sas", "sarl", "srl", "spa", "ab", "oy", "aps"}
)
NOT_A_LETTER = re.compile(r"[\W_]+")


class ClarificationState(StrEnum):
    ASKED = "asked"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    # Asked before by somebody else: a published answer answers it as well.
    MERGED = "merged"


class ClarificationStep(StrEnum):
    PUBLISH = "publish"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    MERGE = "merge"


# What was published stays published, and what was declined or withdrawn can be asked anew.
CLARIFICATION_STEPS: Mapping[tuple[ClarificationState, ClarificationStep], ClarificationState] = (
    MappingProxyType(
        {
            (ClarificationState.ASKED, ClarificationStep.PUBLISH): ClarificationState.PUBLISHED,
            (ClarificationState.ASKED, ClarificationStep.DECLINE): ClarificationState.DECLINED,
            (ClarificationState.ASKED, ClarificationStep.WITHDRAW): ClarificationState.WITHDRAWN,
            (ClarificationState.ASKED, ClarificationStep.MERGE): ClarificationState.MERGED,
        }
    )
)

HAPPENED = {
    ClarificationState.PUBLISHED: "it is published already",
    ClarificationState.DECLINED: "it was declined already",
    ClarificationState.WITHDRAWN: "whoever asked it has withdrawn it",
    ClarificationState.MERGED: "a published answer answers it already",
}


class ClarificationStepNotAllowed(DomainError):
    """A question is no longer waiting."""

    def __init__(self, state: ClarificationState, step: ClarificationStep) -> None:
        super().__init__(f"You cannot {step} this question because {HAPPENED.get(state, state)}")
        self.state = state
        self.step = step


class NoMoreQuestions(DomainError):
    """A question, or an answer to all, came too late or where none can be taken."""


class WrongWords(DomainError):
    """What was written is empty or too long, or its answer is not ready."""


class TellsWhoAsked(DomainError):
    """What would be published names a company."""


def clarification_state_after(
    state: ClarificationState, step: ClarificationStep
) -> ClarificationState:
    """Return the state reached by ``step``, or raise ClarificationStepNotAllowed."""
    try:
        return CLARIFICATION_STEPS[state, step]
    except KeyError:
        raise ClarificationStepNotAllowed(state, step) from None


@dataclass(frozen=True, slots=True)
class AskingWindow:
    """When questions about a tender are taken; ``words`` say the last moment as pages do."""

    stage: Stage
    published_at: datetime | None
    closes_at: datetime | None
    questions_until: datetime | None
    runs_elsewhere: bool
    words: str


def questions_close(
    closes_at: datetime | None, questions_until: datetime | None
) -> datetime | None:
    """Return the first moment too late to ask: never after the bids close; None if not known."""
    if closes_at is None or questions_until is None:
        return closes_at
    return min(closes_at, questions_until)


def refusal_to_ask(window: AskingWindow, moment: datetime) -> DomainError | None:
    """Return why a question that arrived at ``moment`` is not taken, or None.

    In time means before the end of the time for questions, to the microsecond.
    """
    if window.stage is Stage.CANCELLED:
        return NoMoreQuestions(
            "You cannot ask a question because the authority has cancelled this tender"
        )
    if window.runs_elsewhere:
        return NoMoreQuestions(
            "You cannot ask a question here because this tender takes bids on another portal: "
            "ask it there"
        )
    end = questions_close(window.closes_at, window.questions_until)
    if end is not None and moment >= end:
        return NoMoreQuestions(
            f"You cannot ask a question because the time for questions ended on {window.words}"
        )
    if not is_open(end, moment, published_at=window.published_at):
        return NoMoreQuestions("You cannot ask a question because this tender is not open yet")
    return None


def must_take_answers(window: AskingWindow, moment: datetime) -> None:
    """Raise NoMoreQuestions unless an answer to all can be published at ``moment``.

    After the bids close nobody could use one: who bid has bid, and the others may not begin.
    """
    if window.stage is Stage.CANCELLED:
        raise NoMoreQuestions("You cannot publish answers because this tender is cancelled")
    if not is_open(window.closes_at, moment, published_at=window.published_at):
        raise NoMoreQuestions(
            "You cannot publish answers because bidding is closed: nobody could use them now"
        )


def checked_words(text: str, what: str, *, longest: int, field: str) -> str:
    """Return ``text`` without blanks around it. Raises WrongWords naming the field."""
    plain = text.strip()
    if not plain:
        raise WrongWords(f"Enter {what}", field=field)
    if len(plain) > longest:
        raise WrongWords(
            f"Enter {longest:,} characters or fewer: this is {len(plain):,}", field=field
        )
    return plain


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Return which of ``names`` stand in ``text`` as whole words, however they are written."""
    words = f" {_plain(text)} "
    found = (name for name in dict.fromkeys(names) if _plain(name))
    return sorted(name for name in found if f" {_plain(name)} " in words)


def is_unmistakable(name: str) -> bool:
    """Return whether ``name`` ends like a company's legal name, so that it means nothing else."""
    words = _plain(name).split()
    return len(words) > 1 and words[-1] in COMPANY_FORMS


def must_name_nobody(text: str, names: Iterable[str], *, confirmed: bool, field: str) -> None:
    """Raise TellsWhoAsked if ``text`` names a company of ``names``.

    ``confirmed``: a person says that the name is an ordinary turn of phrase here. No word of
    anybody makes a company's legal name one.
    """
    found = names_in(text, names)
    certain = [name for name in found if is_unmistakable(name)]
    if certain:
        raise TellsWhoAsked(
            f"Take out “{certain[0]}”: this text contains a name that would tell who asked",
            field=field,
        )
    if found and not confirmed:
        raise TellsWhoAsked(
            f"Change “{found[0]}”, or confirm that it is no company’s name here: this text "
            "contains a name that would tell who asked",
            field=field,
        )


def _plain(text: str) -> str:
    return NOT_A_LETTER.sub(" ", text.casefold()).strip()
