"""Deciding on a clause that came back otherwise: accepted into the draft, or not accepted."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.queries import Viewer
from accounts.rules.roles import Permission
from contract_clauses.models import NegotiatedDecision
from contract_clauses.queries.negotiated import Negotiated, clause_of, kept_of, versions_of
from contract_clauses.queries.schedules import ScheduledBid, scheduled_bid
from contract_clauses.rules.deviations import why_not_negotiated
from contract_clauses.rules.negotiated_parts import ClauseChange
from contract_clauses.rules.negotiated_pieces import Piece, is_open, pieces_of
from contract_clauses.rules.negotiated_sorting import Names
from contract_clauses.rules.negotiated_taking import ALL, Asked, Taken, taken_over
from contract_clauses.rules.redrafting import Redraft, Words
from contract_clauses.rules.rewriting import LONGEST_SUB_CLAUSE, MOST_ADDED, MOST_ITEMS
from contract_clauses.rules.selection import Wish
from contract_clauses.service.drafting import (
    Overtaken,
    ReasonMissing,
    bid_to_change,
    decide_clause,
    fill_variable,
    note,
)
from contract_clauses.service.negotiated import (
    LOOSENS,
    NotNegotiated,
    cause_of,
    comparison,
    reopen_risks,
)
from contract_clauses.service.redrafting import redraft_clause
from contract_clauses.word.reading_names import names_in
from foundation import clock
from foundation.canonical import sha256_hex
from foundation.database import db, transaction
from scoring.rules.reopening import Rule
from scoring.service.reopening import settle_cause

LONGEST_REASON = 2000
TAKEN_BACK = "The negotiated words were not accepted: the clause stays as it was"


@dataclass(frozen=True)
class Verdict:
    """What somebody decides of one clause. ``all_the_same``: although the published procedure does
    not allow it; ``based_on``: the number of the decision it replaces, 0 for none."""

    accepted: bool
    reason: str
    all_the_same: bool = False
    based_on: int = 0


def barred(found: ScheduledBid) -> str:
    """Return why changes of substance may not be agreed; empty where they may."""
    return why_not_negotiated(dict(found.evaluated.evaluation.situation.facts))


def decide_negotiated(
    found: ScheduledBid, version: str, clause: str, verdict: Verdict, *, by: Viewer, piece: str = ""
) -> NegotiatedDecision:
    """Accept a clause as it came back, into the draft; or leave the draft as it is.

    ``piece``: one sub-clause of it alone. Without, everything of it that was not decided on by
    itself. Raises ReasonMissing, NotNegotiated, Overtaken, NotDrafted and DomainError.
    """
    why = verdict.reason.strip()
    if not why:
        raise ReasonMissing("Enter the reason for your decision", field="reason")
    if len(why) > LONGEST_REASON:
        raise NotNegotiated(f"Enter {LONGEST_REASON:,} characters or fewer", field="reason")
    with transaction():
        bid = bid_to_change(found)
        now = scheduled_bid(by, found.token, to=Permission.SCHEDULE_EDIT)
        seen = _latest(now, version)
        kept = kept_of(now, seen.row)
        change = comparison(now, kept).clause(clause)
        if change is None or not change.differs:
            raise NotNegotiated("You cannot decide on this because nothing of it changed")
        asked, name = asked_of(seen, change, piece), f"{clause}:{piece}" if piece else clause
        _must_be_open(seen, clause, name, asked, verdict)
        if verdict.accepted:
            _must_be_allowed(now, verdict)
            _accept(now, taken(now, change, names_in(kept.base), asked), change, why, by=by)
        row = NegotiatedDecision(
            negotiated_id=seen.row.id,
            clause=name,
            number=verdict.based_on + 1,
            accepted=verdict.accepted,
            reason=why,
            done_by_id=by.person_id,
            done_at=clock.now(),
        )
        db.session.add(row)
        db.session.flush()
        note(
            "schedule.negotiated_accepted" if verdict.accepted else "schedule.negotiated_refused",
            bid,
            by,
            version=seen.token,
            clause=name,
            reason=sha256_hex(why),
        )
        _risks_follow(now, seen, change, name, verdict)
    return row


def _latest(found: ScheduledBid, token: str) -> Negotiated:
    versions = versions_of(found)
    seen = next((one for one in versions if one.token == token), None)
    if seen is None:
        raise NotNegotiated("There is no such file of this bid")
    if seen is not versions[0]:
        raise NotNegotiated(
            f"You cannot decide on this because number {versions[0].number} came in since: decide "
            "there"
        )
    return seen


def asked_of(seen: Negotiated, change: ClauseChange, piece: str = "") -> Asked:
    """Return what a decision on a clause, or on a piece of it, is about. Raises NotNegotiated."""
    pieces = pieces_of(change)
    if piece and piece not in {one.ref for one in pieces}:
        raise NotNegotiated("You cannot decide on this by itself: decide on the whole clause")
    before = frozenset(one.ref for one in pieces if is_accepted(seen, one))
    if piece:
        return Asked(frozenset({piece}), before)
    if not any(one.name in seen.decisions for one in pieces):
        return ALL
    return Asked(frozenset(one.ref for one in pieces if one.name not in seen.decisions), before)


def is_accepted(seen: Negotiated, piece: Piece) -> bool:
    """Return whether a piece is in the draft: by its own decision, else by that on the clause."""
    decision = seen.decisions.get(piece.name) or seen.decisions.get(piece.clause)
    return decision is not None and decision.accepted


def _must_be_open(seen: Negotiated, clause: str, name: str, asked: Asked, verdict: Verdict) -> None:
    if seen.last_number(clause) != verdict.based_on:
        raise Overtaken(
            "Somebody decided on this while you were reading. Look at their decision, then save "
            "again if yours should count instead"
        )
    if asked.only == frozenset():
        raise NotNegotiated(
            "You cannot decide on the whole clause because each part of it is decided by itself"
        )
    last = seen.decisions.get(name) or seen.decisions.get(clause)
    if last is not None and last.accepted:
        raise NotNegotiated(
            "You cannot change this because its words are in the draft already: change them on "
            "the page of the clause"
        )


def _must_be_allowed(found: ScheduledBid, verdict: Verdict) -> None:
    why_not = barred(found)
    if why_not and not verdict.all_the_same:
        raise NotNegotiated(
            f"{why_not}. Tick that you accept it all the same, and say in the reason why that is "
            "right",
            field="all_the_same",
        )


def goes_into(change: ClauseChange, found: ScheduledBid) -> str:
    """Return the clause of the library whose words would change; empty where there is none."""
    name = change.follows if change.is_new else change.name
    return name if name in found.library.topics else ""


def taken(found: ScheduledBid, change: ClauseChange, names: Names, asked: Asked = ALL) -> Taken:
    """Return what accepting a clause, or some of it, would do to the draft."""
    target = goes_into(change, found)
    topic = found.library.topics.get(target)
    return taken_over(change, topic, found.redrafts.get(target), names, asked)


def _accept(
    found: ScheduledBid, does: Taken, change: ClauseChange, why: str, *, by: Viewer
) -> None:
    target = goes_into(change, found)
    if does.does_nothing:
        because = "; ".join(does.not_taken) or "it changes nothing that a draft can say"
        raise NotNegotiated(
            f"You cannot accept this here: {because}. Write what was agreed into the clause that "
            "needs it, then decide here that it is not accepted as written"
        )
    if does.leave_out:
        last = found.decisions.get(target)
        decide_clause(found, target, Wish.EXCLUDE, why, based_on=last.number if last else 0, by=by)
    for name, value in does.values.items():
        entered = found.values.get((target, name))
        fill_variable(
            found, target, name, value, why, based_on=entered.number if entered else 0, by=by
        )
    if does.redraft is not None:
        _must_fit(does.redraft)
        stands = found.redrafted.get(target)
        redraft_clause(
            found, target, does.redraft, why, based_on=stands.number if stands else 0, by=by
        )


def _must_fit(redraft: Redraft) -> None:
    words: list[Words] = [*redraft.changed.values(), *(one.words for one in redraft.added)]
    longest = max((len(text) for one in words for text in (one.text, *one.items)), default=0)
    if longest > LONGEST_SUB_CLAUSE or any(len(one.items) > MOST_ITEMS for one in words):
        raise NotNegotiated(
            f"You cannot accept this here because a sub-clause is longer than "
            f"{LONGEST_SUB_CLAUSE:,} characters, or its list than {MOST_ITEMS} items. Divide it on "
            "the page of the clause"
        )
    if len(redraft.added) > MOST_ADDED:
        raise NotNegotiated(
            f"You cannot accept this here because it adds more than {MOST_ADDED} sub-clauses to "
            "one clause"
        )


def _risks_follow(
    found: ScheduledBid, seen: Negotiated, change: ClauseChange, name: str, verdict: Verdict
) -> None:
    """Reopen the risks of a clause that is accepted, where nobody looks at them already; settle
    them where nothing of it comes."""
    if verdict.accepted:
        if change.change in LOOSENS:
            reopen_risks(found, seen.row, change.name, again=verdict.based_on + 1)
        return
    decided = {one: row.accepted for one, row in seen.decisions.items()} | {name: False}
    mine = [accepted for one, accepted in decided.items() if clause_of(one) == change.name]
    if not any(mine) and not is_open(change, decided):
        settle_cause(seen.row.bid_id, Rule.NEGOTIATED, cause_of(seen.row, change.name), TAKEN_BACK)
