"""Issuing a schedule: what stands in its way, and how one issue differs from the one before."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from contract_clauses.rules.annexes import ScheduledAnnex
from contract_clauses.rules.holding import Hold
from contract_clauses.rules.parts import Paragraph, Parties, Schedule, ScheduledClause
from contract_clauses.rules.wording import Segment, SegmentKind
from foundation.errors import DomainError

LONGEST_WORDS = 2000
ISSUED = "Issued"


class CannotIssue(DomainError):
    """A schedule cannot be asked for, or decided on, as it stands."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What the cover of an issued schedule says of its issue."""

    version: int
    sha256: str
    approved_by: str
    approved_on: date
    # What names the issue in addresses, and in the document's properties.
    token: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Something in the way of an issue, in words. ``kind`` and ``target`` say where it is settled:
    a "value" of a clause ("C14:rto"), a "clause", its "words", a "check", a "risk", or nowhere in
    particular."""

    words: str
    kind: str = ""
    target: str = ""


def in_the_way(
    schedule: Schedule,
    holds: Iterable[Hold],
    undecided: Mapping[str, str],
    unapproved: Mapping[str, str] = MappingProxyType({}),
    stale: Container[str] = frozenset(),
    *,
    is_successful: bool,
) -> tuple[Way, ...]:
    """Return what keeps a schedule from being issued. ``undecided``: risks proposed, by id;
    ``unapproved``: why a reviewer has to approve a clause first, by id; ``stale``: the clauses
    for which somebody wrote words that do not print."""
    ways = _ways(schedule, holds, undecided, is_successful=is_successful)
    return (*ways, *_stale(schedule, stale), *_clauses(schedule, unapproved))


def _stale(schedule: Schedule, stale: Container[str]) -> Iterator[Way]:
    # No approval helps: who approves what prints may not know that other words were meant.
    for clause in schedule.clauses:
        if clause.id and clause.id in stale:
            words = (
                f"Clause {clause.number}, {clause.title}, prints without the words somebody wrote "
                "for it, which stand for another version of the library: write it again, or go "
                "back to the words of the library"
            )
            yield Way(words, "words", clause.id)


def _clauses(schedule: Schedule, unapproved: Mapping[str, str]) -> Iterator[Way]:
    for clause in schedule.clauses:
        if clause.id in unapproved:
            words = f"Clause {clause.number}, {clause.title}, has to be approved by a reviewer"
            yield Way(f"{words}: {unapproved[clause.id]}", "clause", clause.id)
    for topic in schedule.excluded:
        if topic.id in unapproved:
            words = f"Nobody but its author agreed that {topic.id} is left out"
            yield Way(f"{words}: {topic.title}", "clause", topic.id)


def _ways(
    schedule: Schedule,
    holds: Iterable[Hold],
    undecided: Mapping[str, str],
    *,
    is_successful: bool,
) -> Iterator[Way]:
    if not is_successful:
        yield Way("The bid is not recommended as successful")
    for bracket in schedule.brackets:
        words = f"Empty in clause {bracket.number}, {bracket.title}: {bracket.label}"
        yield Way(words, "value", f"{bracket.clause}:{bracket.variable}")
    for hold in holds:
        if hold.stands:
            says = "; ".join(says for says, _ in hold.findings)
            yield Way(f"Held back by check {hold.check}: {says}", "check", hold.check)
    for risk_id, title in undecided.items():
        yield Way(f"Nobody has decided on a proposed risk: {risk_id} {title}", "risk", risk_id)


def to_issue(schedule: Schedule, version: int) -> Schedule:
    """Return the schedule as it goes into the contract: no longer a draft."""
    return replace(schedule, status=f"{ISSUED}, version {version}")


def says_the_same(one: Schedule, other: Schedule) -> bool:
    """Return whether two schedules say the same, whenever each was drawn up."""
    return _undated(one) == _undated(other)


def _undated(schedule: Schedule) -> Schedule:
    parties: Parties = replace(schedule.parties, prepared_on=None)
    return replace(schedule, status="", parties=parties)


def checked_words(text: str, asked: str, *, needed: bool) -> str:
    """Return what somebody wrote about an issue. Raises CannotIssue."""
    words = text.strip()
    if needed and not words:
        raise CannotIssue(asked, field="words")
    if len(words) > LONGEST_WORDS:
        raise CannotIssue(f"Enter {LONGEST_WORDS:,} characters or fewer", field="words")
    return words


@dataclass(frozen=True, slots=True)
class Changed:
    """A clause or an annex that differs: paragraphs or rows that came and that went."""

    title: str
    # "comes in", "goes", or "changed".
    kind: str
    came: tuple[str, ...] = ()
    went: tuple[str, ...] = ()


def changes(before: Schedule, after: Schedule) -> tuple[Changed, ...]:
    """Return how an issue differs from the one before, clause by clause, then the annexes.

    Numbers are left out of it: a clause that only moved says what it said.
    """
    then = {_name(clause): clause for clause in before.clauses}
    now = {_name(clause): clause for clause in after.clauses}
    found = [
        _compared(
            _title(now.get(name) or then[name]), _lines(then.get(name)), _lines(now.get(name))
        )
        for name in dict.fromkeys([*now, *then])
    ]
    annexes_then = {annex.id: annex for annex in before.annexes}
    annexes_now = {annex.id: annex for annex in after.annexes}
    found += [
        _compared(
            f"Annex: {(annexes_now.get(name) or annexes_then[name]).title}",
            _rows(annexes_then.get(name)),
            _rows(annexes_now.get(name)),
        )
        for name in dict.fromkeys([*annexes_now, *annexes_then])
        # The trace says why, not what: where a clause changed, that is said already.
        if name != "trace"
    ]
    return tuple(change for change in found if change is not None)


def _compared(
    title: str, then: tuple[str, ...] | None, now: tuple[str, ...] | None
) -> Changed | None:
    if then is None:
        return Changed(title, "comes in", now or ())
    if now is None:
        return Changed(title, "goes", (), then)
    came = tuple(line for line in now if line not in then)
    went = tuple(line for line in then if line not in now)
    return Changed(title, "changed", came, went) if came or went else None


def _name(clause: ScheduledClause) -> str:
    return clause.id or clause.title


def _title(clause: ScheduledClause) -> str:
    return f"{clause.title} ({clause.id})" if clause.id else clause.title


def _lines(clause: ScheduledClause | None) -> tuple[str, ...] | None:
    if clause is None:
        return None
    return tuple(line for paragraph in clause.paragraphs for line in _texts(paragraph))


def _texts(paragraph: Paragraph) -> Iterator[str]:
    yield _unnumbered(paragraph.segments)
    for item in paragraph.items:
        yield _unnumbered(item.segments)
    for one in paragraph.definitions:
        yield f"{one.term}: {_unnumbered(one.segments)}"


def _unnumbered(segments: Iterable[Segment]) -> str:
    """Return the words, each reference to a place by its name: its number may only have moved."""
    places = (SegmentKind.CLAUSE, SegmentKind.ANNEX)
    return "".join(
        f"“{segment.target}”" if segment.kind in places else segment.text for segment in segments
    )


def _rows(annex: ScheduledAnnex | None) -> tuple[str, ...] | None:
    if annex is None:
        return None
    # The first cell of these two is the number of the row, or the place in the schedule.
    numbered = annex.id in ("commitments", "obligations")
    return tuple(
        " | ".join(cell for cell in (row[1:] if numbered else row) if cell) for row in annex.rows
    )
