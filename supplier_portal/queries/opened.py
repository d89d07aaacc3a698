"""What the buying side may read: bids as handed in, once they are opened. Never a draft."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property, partial
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import joinedload, undefer

from accounts.models import Organisation
from accounts.queries import Viewer
from foundation.chunks import ChunkReader
from foundation.database import db
from question_bank.rules.answers import show_answer
from question_bank.rules.questions import Part
from supplier_portal import seals
from supplier_portal.models import Bid, Evidence, Submission
from supplier_portal.queries import evidence
from supplier_portal.queries.evidence import EvidenceFile
from supplier_portal.rules.barriers import Barrier, KeptAway, MustDeclareFirst
from supplier_portal.rules.stages import READABLE
from tenders.amended import Published, amendments_since, questionnaire_as, read_ahead
from tenders.models import Tender
from tenders.queries import questionnaire_of, works_on
from tenders.seals import must_not_be_destroyed

# What keeps somebody from bids: a function of the viewer and the tender. A later station knows the
# interests people declared, and registers it (app.py).
BARRIERS = "barrier_before_bids"


@dataclass(frozen=True)
class EarlierWords:
    """An answer beside the part as it was asked when the bid was handed in."""

    part: Part
    value: Any
    amendment: Published

    @property
    def text(self) -> str:
        return show_answer(self.part, self.value)


@dataclass(frozen=True)
class OpenedBid:
    """A bid as it was handed in: the last submission, its answers and the files it names."""

    bid: Bid
    supplier: Organisation
    number: int
    arrived_at: datetime
    content_hash: str
    answers: Mapping[str, Any]
    # Of all bids that were read together, once somebody asks for the files of one.
    read_evidence: Callable[[], tuple[EvidenceFile, ...]] = field(compare=False, repr=False)
    # The whole text of the submission, with what app.py has handed in beside the answers.
    content: Mapping[str, Any]
    # The amendments of the questions that came after it, and the answers that were given to other
    # words than are asked now: they are no answers to those, and are read with the words they had.
    amendments: tuple[Published, ...] = ()
    earlier: Mapping[str, EarlierWords] = field(default_factory=dict)

    @cached_property
    def evidence(self) -> tuple[EvidenceFile, ...]:
        """Return the files it names, in the order they were added."""
        return self.read_evidence()

    @property
    def supplier_name(self) -> str:
        return self.supplier.name


def opened_bids(
    viewer: Viewer, tender: Tender, *, only: Collection[int] | None = None
) -> list[OpenedBid]:
    """Return the bids of an opened tender that the viewer may read, by name of supplier.

    ``only``: ids of the bids that are wanted; the others are not even unsealed.

    A bid he is kept away from is left out as if it were not there. Raises NoResultFound before the
    opening and for a tender of another authority, MustDeclareFirst.
    """
    if not _may_read(viewer, tender):
        raise NoResultFound
    barrier = barrier_before(viewer, tender)
    found = every_opened_bid(tender, only=only)
    return [one for one in found if not barrier.keeps_from(one.bid.id)]


def every_opened_bid(tender: Tender, *, only: Collection[int] | None = None) -> list[OpenedBid]:
    """Return all bids of an opened tender, for what the service itself does with them.

    Nothing of them may be shown: what people see goes through ``opened_bids``.
    """
    must_not_be_destroyed(tender)
    wanted = () if only is None else (Bid.id.in_(only),)
    bids = _handed_in(Bid.tender_id == tender.id, *wanted)
    return sorted(
        _opened(bids), key=lambda opened: (opened.supplier_name.casefold(), opened.bid.id)
    )


def opened_bid(viewer: Viewer, token: str) -> OpenedBid:
    """Return one bid of an opened tender, its tender loaded with it.

    Raises NoResultFound, also for a bid the viewer is kept away from, and MustDeclareFirst.
    """
    bid, submission = db.session.execute(_ONE_HANDED_IN, {"token": token}).one()
    if not _may_read(viewer, bid.tender) or barrier_before(viewer, bid.tender).keeps_from(bid.id):
        raise NoResultFound
    must_not_be_destroyed(bid.tender)
    return _opened([(bid, submission)])[0]


def just_opened(bid: Bid) -> OpenedBid:
    """Return a bid for what the service itself does with it, as ``every_opened_bid`` does."""
    must_not_be_destroyed(bid.tender)
    (found,) = _opened(_handed_in(Bid.id == bid.id))
    return found


def just_opened_all(bid_ids: Collection[int]) -> dict[int, OpenedBid]:
    """Return several bids as ``just_opened`` does, by id, in two statements.

    Only of tenders that were opened and whose content is not destroyed.
    """
    handed_in = _handed_in(Bid.id.in_(bid_ids))
    read_ahead(bid.tender for bid, _ in handed_in)
    return {one.bid.id: one for one in _opened(handed_in)}


def barrier_before(viewer: Viewer, tender: Tender) -> Barrier:
    """Return what keeps the viewer from bids of an opened tender. Raises MustDeclareFirst."""
    barrier: Barrier = current_app.extensions[BARRIERS](viewer, tender)
    if barrier.must_declare:
        raise MustDeclareFirst(tender.token)
    return barrier


def must_see_all(viewer: Viewer, tender: Tender) -> None:
    """Raise KeptAway where the viewer may not read every bid, MustDeclareFirst before that.

    For what is made of all bids: a ranking, a comparison, a file of all, a decision on all.
    """
    if not barrier_before(viewer, tender).is_open:
        raise KeptAway(tender.token)


def opened_file(opened: OpenedBid, token: str) -> tuple[EvidenceFile, ChunkReader]:
    """Return a file that was handed in with the bid. Raises NoResultFound and FileRefused."""
    if all(entry.token != token for entry in opened.evidence):
        raise NoResultFound
    return evidence.file_to_hand_out(opened.bid, token, seals.opened_key(opened.bid))


def _may_read(viewer: Viewer, tender: Tender) -> bool:
    """Only those who work on the tender, and nobody before it was opened; later cancelling it
    leaves the bids readable."""
    return tender.opened_at is not None and works_on(viewer, tender)


# Bids with the submission that counts; a bid withdrawn or never submitted has none.
_HANDED_IN = (
    select(Bid, Submission)
    .join(Submission, Submission.bid_id == Bid.id)
    .options(
        joinedload(Bid.tender, innerjoin=True).joinedload(Tender.authority, innerjoin=True),
        joinedload(Bid.supplier, innerjoin=True),
        undefer(Submission.sealed),
    )
    .where(
        Submission.number
        == select(func.max(Submission.number))
        .where(Submission.bid_id == Bid.id)
        .correlate(Bid)
        .scalar_subquery(),
        Bid.stage.in_(READABLE),
    )
)
# Put together once, because every page about one opened bid asks.
_ONE_HANDED_IN = _HANDED_IN.where(Bid.token == bindparam("token"))


def _handed_in(*which: ColumnElement[bool]) -> list[tuple[Bid, Submission]]:
    rows = db.session.execute(_HANDED_IN.where(*which))
    return [(bid, submission) for bid, submission in rows]


def _opened(bids: list[tuple[Bid, Submission]]) -> list[OpenedBid]:
    rows = cache(lambda: evidence.evidence_rows([bid.id for bid, _ in bids]))
    opened = []
    for bid, submission in bids:
        key = seals.opened_key(bid)
        content = json.loads(seals.open_submission(bid, key, submission))
        amendments, earlier = _beside_amendments(bid.tender, content)
        sent = frozenset(entry["token"] for entry in content["evidence"])
        opened.append(
            OpenedBid(
                bid=bid,
                supplier=bid.supplier,
                number=submission.number,
                arrived_at=submission.arrived_at,
                content_hash=submission.content_hash,
                answers={
                    part_id: value
                    for part_id, value in content["answers"].items()
                    if part_id not in earlier
                },
                read_evidence=partial(_files, bid.id, key, sent, rows),
                content=content,
                amendments=amendments,
                earlier=earlier,
            )
        )
    return opened


def _files(
    bid_id: int, key: bytes, sent: frozenset[str], rows: Callable[[], list[Evidence]]
) -> tuple[EvidenceFile, ...]:
    return tuple(
        evidence.evidence_file(row, key)
        for row in rows()
        if row.bid_id == bid_id and row.token in sent
    )


def _beside_amendments(
    tender: Tender, content: Mapping[str, Any]
) -> tuple[tuple[Published, ...], dict[str, EarlierWords]]:
    """Return what was amended after a bid was handed in, and its answers to what changed."""
    sha256 = content["questionnaire"] or ""
    since = amendments_since(tender, sha256)
    if not since:
        return (), {}
    before, now = questionnaire_as(tender, sha256).parts, questionnaire_of(tender).parts
    changed = {part_id: one for one in since for part_id in one.to_confirm}
    return since, {
        part_id: EarlierWords(before[part_id], value, changed.get(part_id, since[-1]))
        for part_id, value in content["answers"].items()
        if part_id in changed or part_id not in now
    }
