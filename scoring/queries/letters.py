"""The outbox: the letters to the bidders in all their versions, and what each would be told now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from accounts.models import Person
from accounts.queries.team import everybody_in
from accounts.rules.roles import Permission
from foundation.database import db
from scoring import seals
from scoring.models import OutcomeLetter
from scoring.queries.bids import EvaluatedBid
from scoring.queries.deciding import Deciding
from scoring.queries.interests import standings_of
from scoring.queries.results import summaries_of
from scoring.rules.interests import Standing
from scoring.rules.letters import Letter, State, letter_from, state_of, writers_of
from scoring.rules.summaries import Decided, fingerprint_of
from supplier_portal import seals as bid_seals
from supplier_portal.models import Bid
from tenders.models import Tender


@dataclass(frozen=True)
class Version:
    """A version of a letter with who wrote or read it."""

    row: OutcomeLetter
    letter: Letter
    by: str


@dataclass(frozen=True)
class InOutbox:
    """The letter to one bidder as it is now, with what it would be told: letter and summary."""

    bid: EvaluatedBid
    successful: bool
    versions: Sequence[Version]
    told: Mapping[str, Any]
    state: State

    @property
    def last(self) -> Version:
        return self.versions[-1]

    @property
    def letter(self) -> Letter:
        return self.last.letter

    @property
    def shown(self) -> str:
        """Return the hash of what whoever reads it now is shown."""
        return fingerprint_of(self.told)

    @property
    def withheld_by(self) -> set[int]:
        """Return the ids of those who withheld what is withheld now."""
        return withheld_by(self.versions)

    @property
    def written_by(self) -> set[int]:
        """Return the ids of those who wrote what the letter says now."""
        return writers_of([(one.row.written_by_id, one.letter) for one in self.versions])

    @property
    def lacks_address(self) -> bool:
        """Return whether the address the others are told is missing: nobody can approve it yet."""
        return self.successful and not self.letter.address

    def is_read_by_another_than(self, person_id: int) -> bool:
        """Return whether somebody else has to read it: this person wrote or withheld in it."""
        return person_id in self.written_by | self.withheld_by


def readers_of(tender: Tender, one: InOutbox) -> list[str]:
    """Return the names of those who may find a letter right: who changed nothing of it, and is kept
    from no bid, for a letter tells of others than its own."""
    kept = one.written_by | one.withheld_by
    stands = standings_of(tender.id)
    return [
        member.name
        for member in everybody_in(tender.authority_id)
        if member.person_id not in kept
        and _sees_all(stands.get(member.person_id, Standing()))
        and member.may(Permission.AWARD_APPROVE, tender_id=tender.id)
    ]


def _sees_all(stands: Standing) -> bool:
    return not (stands.kept_from_all or stands.kept_from)


def withheld_by(versions: Sequence[Version]) -> set[int]:
    """Return who added what the last version withholds."""
    if not versions:
        return set()
    found = set()
    for one in versions[-1].letter.withheld:
        earlier: tuple[Any, ...] = ()
        for version in versions:
            if one in version.letter.withheld and one not in earlier:
                adder = version.row.written_by_id
            earlier = version.letter.withheld
        found.add(adder)
    return found


def versions_of(bids: Sequence[Bid], recommendation_id: int) -> dict[int, list[Version]]:
    """Return the versions of letters written for a recommendation by id of bid, in order."""
    listed = {bid.id: bid for bid in bids}
    rows = db.session.execute(
        select(OutcomeLetter, Person.name)
        .join(Person, Person.id == OutcomeLetter.written_by_id)
        .where(
            OutcomeLetter.bid_id.in_([*listed]),
            OutcomeLetter.recommendation_id == recommendation_id,
        )
        .order_by(OutcomeLetter.number)
    )
    found: dict[int, list[Version]] = {}
    for row, name in rows:
        letter = letter_in(row, listed[row.bid_id])
        found.setdefault(row.bid_id, []).append(Version(row, letter, name))
    return found


def letter_in(row: OutcomeLetter, bid: Bid) -> Letter:
    """Return what a version of the letter to the bidder of ``bid`` says."""
    key = bid_seals.opened_key(bid)
    return letter_from(seals.open_text(seals.LETTER, row.token, key, row.sealed_text))


def outbox_of(now: Deciding) -> list[InOutbox]:
    """Return the letters to all bidders, by name; none until they are prepared for all."""
    if now.recommendation is None:
        return []
    known = versions_of([bid.opened.bid for bid in now.bids], now.recommendation.id)
    if len(known) < len(now.bids):
        return []
    last = {bid.token: known[bid.opened.bid.id][-1] for bid in now.bids}
    told = summaries_of(
        now.ranked,
        now.bids,
        {token: Decided(now.successful(token), one.letter) for token, one in last.items()},
    )
    return [
        InOutbox(
            bid,
            now.successful(bid.token),
            known[bid.opened.bid.id],
            told[bid.token],
            state_of(
                reviewed=last[bid.token].row.reviewed,
                read=last[bid.token].letter.read,
                told=fingerprint_of(told[bid.token]),
            ),
        )
        for bid in now.bids
    ]
