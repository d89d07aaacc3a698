"""Where a clause stands that people work on: edited, approved, sent back, to be looked at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contract_clauses.rules.clause_basis import Basis, changed_since
from contract_clauses.rules.editing import ClauseStep


class ClauseState(StrEnum):
    """How a page names where a clause stands."""

    PROPOSED = "proposed"
    EDITED = "edited"
    APPROVED = "approved"
    SENT_BACK = "sent back"
    REOPENED = "to look at again"
    EXCLUDED = "left out"


@dataclass(frozen=True, slots=True)
class Event:
    """Something done about a clause, opened. ``about``: the number of the comment it settles."""

    number: int
    step: ClauseStep
    words: str
    by: str
    at: str
    by_id: int
    about: int | None = None
    assigned_to: str = ""
    assigned_id: int | None = None
    sha256: str = ""
    # What the clause rested on; of what was approved or sent back alone.
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with what settled it; None while it is open."""

    event: Event
    settled: Event | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A clause as people left it: what was done about it, where it stands, what changed since."""

    state: ClauseState
    events: tuple[Event, ...] = ()
    # What is not as it was when it was approved.
    changed: tuple[str, ...] = ()
    # Who may not approve it, because its words, or leaving it out, are theirs.
    authors: frozenset[int] = frozenset()
    # Somebody left it out against the rule, and no reviewer agreed.
    is_left_out_alone: bool = False

    @property
    def comments(self) -> tuple[Comment, ...]:
        settled = {event.about: event for event in self.events if event.step is ClauseStep.SETTLED}
        return tuple(
            Comment(event, settled.get(event.number))
            for event in self.events
            if event.step is ClauseStep.COMMENT
        )

    @property
    def open_comments(self) -> tuple[Comment, ...]:
        return tuple(comment for comment in self.comments if comment.settled is None)

    @property
    def assigned(self) -> Event | None:
        """Return the event that says who is to look at it; None where nobody is."""
        last = last_of(self.events, {ClauseStep.ASSIGNED})
        return last if last is not None and last.assigned_id is not None else None

    @property
    def verdict(self) -> Event | None:
        return last_of(self.events, {ClauseStep.APPROVED, ClauseStep.SENT_BACK})

    @property
    def number(self) -> int:
        """Return the number of the last event: what a form about the clause is based on."""
        return max((event.number for event in self.events), default=0)

    @property
    def must_be_approved(self) -> bool:
        """Return whether a reviewer has to approve it before the schedule can be issued.

        A clause that stands as in the library is covered by the approval of the issue. A comment
        that came before the approval was there to be read.
        """
        if self.state is ClauseState.EXCLUDED:
            return self.is_left_out_alone
        if self.state is ClauseState.APPROVED and self.verdict is not None:
            return any(one.event.number > self.verdict.number for one in self.open_comments)
        return self.state is not ClauseState.PROPOSED or bool(self.open_comments)


def why_unapproved(stands: Standing) -> str:
    """Return in words why a reviewer has to approve a clause before the schedule is issued."""
    if stands.state is ClauseState.EDITED:
        return "it is not as the library has it"
    if stands.state is ClauseState.SENT_BACK:
        return "it was sent back"
    if stands.state is ClauseState.REOPENED:
        return "; ".join(stands.changed)
    if stands.state is ClauseState.EXCLUDED:
        return "nobody but its author agreed that it is left out"
    number = len(stands.open_comments)
    return f"{number} {'comment is' if number == 1 else 'comments are'} open"


def last_of(events: Sequence[Event], steps: set[ClauseStep]) -> Event | None:
    return next((event for event in reversed(events) if event.step in steps), None)


def standing(
    events: Iterable[Event],
    now: Basis | None,
    *,
    departs: bool,
    authors: Iterable[int] = (),
) -> Standing:
    """Return where a clause stands. ``now``: what it rests on, or what leaving it out against the
    rule rests on; None where the rule leaves it out.

    ``departs``: its words or its depth are not the library's for this schedule.
    """
    listed = tuple(sorted(events, key=lambda event: event.number))
    theirs = frozenset(authors)
    verdict = last_of(listed, {ClauseStep.APPROVED, ClauseStep.SENT_BACK})
    if now is None or now.is_exclusion:
        return Standing(
            ClauseState.EXCLUDED,
            listed,
            authors=theirs,
            is_left_out_alone=now is not None and not _agreed(verdict, now),
        )
    # That it was right to leave a clause out says nothing of the clause once it is in again.
    if verdict is not None and verdict.basis is not None and not verdict.basis.is_exclusion:
        changed = changed_since(verdict.basis, now)
        if verdict.step is ClauseStep.APPROVED:
            return Standing(
                _approved(verdict.basis, now, changed, departs), listed, changed, theirs
            )
        # Whatever was written since it was sent back, the words of the library included, waits.
        is_rewritten = now.redrafts != verdict.basis.redrafts
        state = ClauseState.EDITED if is_rewritten else ClauseState.SENT_BACK
        return Standing(state, listed, changed, theirs)
    if now.reopened:
        again = ("something it rests on ran out",)
        return Standing(ClauseState.REOPENED, listed, again, theirs)
    state = ClauseState.EDITED if departs else ClauseState.PROPOSED
    return Standing(state, listed, (), theirs)


def _agreed(verdict: Event | None, now: Basis) -> bool:
    """Return whether a reviewer approved that a clause is left out, as it is left out now."""
    if verdict is None or verdict.basis is None or verdict.step is not ClauseStep.APPROVED:
        return False
    return verdict.basis.is_exclusion and not changed_since(verdict.basis, now)


def _approved(then: Basis, now: Basis, changed: tuple[str, ...], departs: bool) -> ClauseState:
    if not changed:
        return ClauseState.APPROVED
    is_redrafted = departs and now.redrafts != then.redrafts
    return ClauseState.EDITED if is_redrafted else ClauseState.REOPENED
